package io.streamrelay.protocol.job;

import java.util.Locale;

/** A job stream of one priority. */
public enum Lane {
  INTERACTIVE,
  BATCH;

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The Redis key of the lane's job stream. */
  public String stream() {
    return "jobs:" + wire();
  }

  /** Throws IllegalArgumentException for anything else. */
  public static Lane of(String wire) {
    for (Lane lane : values()) {
      if (lane.wire().equals(wire)) {
        return lane;
      }
    }
    throw new IllegalArgumentException("a lane is 'interactive' or 'batch'");
  }
}
