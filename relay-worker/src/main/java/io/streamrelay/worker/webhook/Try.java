package io.streamrelay.worker.webhook;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver said to one try.
 *
 * @param status of its answer; 0: there was none
 * @param retryAfter how long it wants to be left alone, more than 0, at most 10 minutes; null: it
 *     didn't say
 */
record Try(Outcome outcome, int status, @Nullable Duration retryAfter) {
  /** How tries end, as metrics name it. */
  enum Outcome {
    /** 2xx. */
    DELIVERED,
    /** 410: it wants no such events. */
    GONE,
    /** 429. */
    LIMITED,
    /** Another 4xx, or 3xx: redirects aren't followed. */
    REJECTED,
    /** 5xx. */
    FAILED,
    /** No answer in time. */
    TIMEOUT,
    /** No connection, or one that broke, or an address that isn't allowed. */
    UNREACHABLE,
    /** Any of those that failed, of an event that is too old for another try. */
    GIVEN_UP;

    String tag() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Try answered(int status, @Nullable Duration retryAfter) {
    Outcome outcome =
        switch (status) {
          case 410 -> Outcome.GONE;
          case 429 -> Outcome.LIMITED;
          default ->
              status < 300 ? Outcome.DELIVERED : status < 500 ? Outcome.REJECTED : Outcome.FAILED;
        };
    boolean asks = retryAfter != null && retryAfter.isPositive();
    return new Try(outcome, status, asks ? retryAfter : null);
  }

  static Try unanswered(Outcome outcome) {
    return new Try(outcome, 0, null);
  }

  /** A short code: {@code http_503}, {@code timeout}. */
  String why() {
    return status == 0 ? outcome.tag() : "http_" + status;
  }
}
