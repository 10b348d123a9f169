package io.streamrelay.protocol.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether a model can be asked now, by what is known of those who answer. The best first. */
public enum Availability {
  /** One of its targets answers as it should. */
  AVAILABLE,
  /** Its targets don't, or are just being tried again; a fallback may answer. */
  DEGRADED,
  /** Nobody who could answer is asked at present. */
  UNAVAILABLE,
  /** Nothing was heard of it. */
  UNKNOWN;

  /** The better of the two. */
  public Availability or(Availability other) {
    return compareTo(other) <= 0 ? this : other;
  }

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A word of a newer version becomes {@link #UNKNOWN}. */
  @JsonCreator
  public static Availability of(String wire) {
    for (Availability each : values()) {
      if (each.wire().equals(wire)) {
        return each;
      }
    }
    return UNKNOWN;
  }
}
