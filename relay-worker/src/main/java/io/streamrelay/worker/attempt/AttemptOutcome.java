package io.streamrelay.worker.attempt;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What became of an attempt, for the metrics: a closed set. */
enum AttemptOutcome {
  /** It ended its turn, well or with a code. */
  FINISHED,
  /** The provider wants to be left alone; the turn comes again later. */
  PUT_OFF,
  /** The provider broke off in its answer; another attempt begins. */
  AGAIN,
  /** An earlier attempt had broken off, and the turn failed with what that said. */
  BROKEN_OFF,
  /** Given to another worker by one that drains. */
  HANDED_OVER,
  /** Its job isn't this worker's any more. */
  LOST,
  /** Somebody else ended the turn, a cancel for one, or took it over. */
  FENCED,
  /** Left to its lease: a store didn't answer, or the worker stops. */
  LEFT;

  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Of an attempt that was stopped.
   *
   * @param reason null: none was given
   */
  static AttemptOutcome of(@Nullable StopReason reason, AttemptOutcome otherwise) {
    return switch (reason) {
      case null -> otherwise;
      case FENCED -> FENCED;
      case LOST -> LOST;
      case HANDED_OVER -> HANDED_OVER;
    };
  }
}
