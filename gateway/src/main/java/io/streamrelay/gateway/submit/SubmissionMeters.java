package io.streamrelay.gateway.submit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.ProblemException;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts submissions by what came of them. Thread-safe. */
final class SubmissionMeters {
  private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);

  /** A closed set. */
  enum Outcome {
    ACCEPTED,
    /** Accepted before, under the same idempotency key. */
    REPEATED,
    /** The session has a turn that runs, or as many that wait as may. */
    BUSY,
    INVALID,
    /** As many turns, streams or jobs as may be. */
    LIMITED,
    /** A store doesn't answer. */
    UNAVAILABLE,
    /** A fault of ours. */
    FAILED
  }

  SubmissionMeters(MeterRegistry registry) {
    for (Outcome outcome : Outcome.values()) {
      counters.put(
          outcome,
          Counter.builder("relay.submissions")
              .description("Submissions by what came of them")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  void count(Outcome outcome) {
    Objects.requireNonNull(counters.get(outcome)).increment();
  }

  /** It was not accepted. */
  void count(RuntimeException why) {
    count(
        switch (why) {
          case ProblemException refusal -> outcome(refusal.problem().code());
          case StoreUnavailableException away -> Outcome.UNAVAILABLE;
          default -> Outcome.FAILED;
        });
  }

  private static Outcome outcome(ErrorCode code) {
    return switch (code) {
      case SESSION_BUSY -> Outcome.BUSY;
      case TOO_MANY_TURNS, TOO_MANY_STREAMS, QUEUE_FULL -> Outcome.LIMITED;
      case STORE_UNAVAILABLE, DRAINING -> Outcome.UNAVAILABLE;
      case INTERNAL -> Outcome.FAILED;
      case INVALID_REQUEST,
          UNKNOWN_MODEL,
          UNAUTHORIZED,
          FORBIDDEN,
          NOT_FOUND,
          TOOL_RESULTS_MISMATCH,
          IDEMPOTENCY_MISMATCH ->
          Outcome.INVALID;
    };
  }
}
