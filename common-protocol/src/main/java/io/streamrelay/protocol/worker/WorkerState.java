package io.streamrelay.protocol.worker;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a worker's life stands. */
public enum WorkerState {
  /** It takes jobs. */
  WORKING,
  /** It takes none any more and is ending those it has, or handing them over. */
  DRAINING,
  /** It has none and takes none, until its process is started anew. */
  DRAINED,
  /** Its process ends. */
  LEAVING;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A word of a newer version becomes {@link #WORKING}. */
  @JsonCreator
  public static WorkerState of(String wire) {
    for (WorkerState state : values()) {
      if (state.wire().equals(wire)) {
        return state;
      }
    }
    return WORKING;
  }
}
