package io.streamrelay.benchmarks.prove;

/** How a reader comes by a turn's events. */
public enum ReaderKind {
  /** Off the POST's own answer; if that is cut, the POST again, or the turn's stream. */
  LIVE(Begin.AT_ONCE),
  /** Off the turn's stream, without ever letting go. */
  TURN(Begin.AT_ONCE),
  /** Off the session's stream. */
  SESSION(Begin.AT_ONCE),
  /** Drops at random bytes, and resumes. */
  DROPPING(Begin.AT_ONCE),
  /** Two connections at once, each dropping by itself. */
  TWICE(Begin.AT_ONCE),
  /** Comes in the middle, and reads from the beginning. */
  LATE(Begin.LATER),
  /** Comes when the turn has ended, and reads from the beginning. */
  AFTER(Begin.AFTER_THE_END),
  /** Comes with any id the session ever had as its cursor. */
  CURSOR(Begin.LATER),
  /** The same when the turn has ended. */
  CURSOR_AFTER(Begin.AFTER_THE_END);

  enum Begin {
    AT_ONCE,
    LATER,
    AFTER_THE_END
  }

  private final Begin begin;

  ReaderKind(Begin begin) {
    this.begin = begin;
  }

  Begin begin() {
    return begin;
  }

  /** Whether it begins with an id that it didn't read itself. */
  boolean hasForeignCursor() {
    return this == CURSOR || this == CURSOR_AFTER;
  }
}
