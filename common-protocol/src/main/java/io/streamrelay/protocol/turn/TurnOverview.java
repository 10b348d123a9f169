package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.trace.Traceparent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns of all owners, for operators: ids and times, nothing that was said. Lists begin with the
 * newest turn. Bounded in time; throws {@link
 * io.streamrelay.protocol.session.StoreUnavailableException}. Implementations are thread-safe.
 */
public interface TurnOverview {
  /** How far back dead turns are listed. */
  Duration DEAD_WITHIN = Duration.ofDays(7);

  /**
   * Turns that have not ended.
   *
   * @param statuses which of them; not empty
   * @param before only turns older than that one; null: from the newest on
   */
  List<Line> live(Set<TurnStatus> statuses, int atMost, @Nullable TurnId before);

  /**
   * Turns that have not ended and that nobody moves on: running under one of those jobs, or past
   * their deadline for {@code overdue}.
   *
   * @param idle jobs whose holder doesn't renew its lease
   */
  List<Line> stuck(Collection<JobId> idle, Duration overdue, int atMost, @Nullable TurnId before);

  /** Turns that failed as attempts_exhausted within {@link #DEAD_WITHIN}. */
  List<Line> dead(int atMost, @Nullable TurnId before);

  /** Whosever it is; null if there is none, or its session was deleted. */
  @Nullable Line line(TurnId turn);

  /**
   * What a turn was submitted with, as a submission of its own: of the same session, with new ids,
   * to wait where the session is busy. Its idempotency key is made of the turn's id, so that all
   * repeats of it are one turn. Null if there is no such turn.
   */
  @Nullable Submission again(TurnId turn);

  /**
   * One turn.
   *
   * @param failureCode null unless it failed
   * @param attempt how many began, hand-overs not counted
   * @param worker of the newest attempt; null before the first
   * @param job of the newest attempt; null before the first, and while it is put off
   * @param startedAt when the first attempt began
   * @param notBefore until when it is put off
   * @param age since the submit, by the store's clock
   * @param traceparent of the submit; null if there is none
   */
  record Line(
      SessionKey session,
      TurnId turn,
      TurnStatus status,
      @Nullable FailureCode failureCode,
      String model,
      Lane lane,
      int attempt,
      @Nullable String worker,
      @Nullable JobId job,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant notBefore,
      @Nullable Instant endedAt,
      Instant deadline,
      Duration age,
      @Nullable Traceparent traceparent) {}
}
