package io.streamrelay.benchmarks.prove;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything one reader did and saw, over all of its connections. Not thread-safe: owned by the
 * reader until it has ended, then by whoever checks it.
 */
final class History {
  /** Why a reader stopped. */
  enum Ending {
    /** The terminal came, and the stream was closed. */
    TERMINAL,
    /** 204: there is nothing more to come. */
    NOTHING_LEFT,
    /** Its patience was over. */
    HUNG,
    /** The terminal came, and the stream stayed open. */
    STAYED_OPEN,
    /** An answer that isn't to be repeated. */
    REFUSED,
    /** The turn it was to read was never accepted. */
    NO_TURN
  }

  /** One thing that happened. */
  sealed interface Step {
    /** Milliseconds since the reader began. */
    long atMillis();
  }

  /**
   * A connection was asked for.
   *
   * @param request method and URL
   * @param cursor sent with it; null: none
   * @param answer status, or what went wrong
   */
  record Opened(long atMillis, String request, @Nullable String cursor, String answer)
      implements Step {}

  /** A block of the stream; {@code id} null: it had none. */
  record Event(long atMillis, String event, @Nullable String id, String data) implements Step {}

  /** A connection ended. */
  record Closed(long atMillis, String how) implements Step {}

  private final String reader;
  private final @Nullable String from;
  private final List<Step> steps = new ArrayList<>();
  private Ending ending = Ending.HUNG;
  private String remark = "";

  /**
   * @param reader for people
   * @param from the cursor it began with; null: it read from the beginning
   */
  History(String reader, @Nullable String from) {
    this.reader = reader;
    this.from = from;
  }

  void add(Step step) {
    steps.add(step);
  }

  /**
   * @param remark more about it, for people; may be empty
   */
  void end(Ending ending, String remark) {
    this.ending = ending;
    this.remark = remark;
  }

  String reader() {
    return reader;
  }

  @Nullable String from() {
    return from;
  }

  List<Step> steps() {
    return steps;
  }

  List<Event> events() {
    return steps.stream().filter(Event.class::isInstance).map(Event.class::cast).toList();
  }

  Ending ending() {
    return ending;
  }

  String remark() {
    return remark;
  }
}
