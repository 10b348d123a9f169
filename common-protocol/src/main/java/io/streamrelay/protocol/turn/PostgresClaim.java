package io.streamrelay.protocol.turn;

import static io.streamrelay.protocol.turn.PostgresTransactions.nullable;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.trace.Traceparent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that gives a turn to a worker: one round trip and a commit where nothing stands
 * against it. Thread-safe.
 */
final class PostgresClaim {
  private static final String CLAIM =
      """
      WITH RECURSIVE free AS (
        SELECT id, owner, session FROM turns
        WHERE id = :turn
          AND (status = 'accepted'
               OR status = 'running' AND claim_token <> :token
                  AND job_id IN (:job, CAST(:instead AS varchar)))
          AND (attempt < :attempts OR handed_over)
          AND deadline >= now() + :least * interval '1 ms'
          AND (not_before IS NULL OR not_before <= now())
      ), raised AS (
        UPDATE sessions s SET epoch = s.epoch + 1
        FROM free WHERE s.owner = free.owner AND s.id = free.session
        RETURNING s.epoch
      ), claimed AS (
        UPDATE turns t
        SET status = 'running', epoch = raised.epoch,
            attempt = t.attempt + CASE WHEN t.handed_over THEN 0 ELSE 1 END, handed_over = false,
            worker = :worker, job_id = :job, claim_token = :token, not_before = NULL,
            started_at = coalesce(t.started_at, now())
        FROM raised WHERE t.id = :turn
        RETURNING t.*
      ), noted AS (
        INSERT INTO attempts (turn, epoch, number, worker, traceparent)
        SELECT id, epoch, attempt, worker, CAST(:traceparent AS varchar) FROM claimed
      ),
      """;

  private static final String CLAIMED_BEFORE =
      """
      WITH RECURSIVE claimed AS (
        SELECT * FROM turns WHERE id = :turn AND status = 'running' AND claim_token = :token
      ),
      """;

  /** What the claimant is told. The path goes from the user's message back, along the parents. */
  private static final String ANSWER =
      """
      path (parent, role, parts, told, count, depth) AS (
        SELECT question.parent, question.role, question.parts, false, 0, 0
        FROM claimed JOIN messages question ON question.id = claimed.user_message
        WHERE claimed.request -> 'messages' IS NULL
        UNION ALL
        SELECT said.parent, said.role, said.parts, said.told, path.count + said.told::int,
               path.depth + 1
        FROM path CROSS JOIN LATERAL (
          SELECT m.*, turns.status <> 'failed' AND m.parts <> '[]' AS told
          FROM messages m JOIN turns ON turns.id = m.turn
          WHERE m.id = path.parent
        ) said
        WHERE path.count < :history AND path.depth < :farthest
      )
      SELECT c.owner, c.session, c.user_epoch, c.epoch, c.attempt, c.request, c.user_message,
             extract(epoch FROM now() - c.created_at) * 1000 AS since_submit, question.parts,
             EXISTS (SELECT FROM attempts a WHERE a.turn = c.id AND a.epoch < c.epoch) AS reset,
             (SELECT a.traceparent FROM attempts a WHERE a.turn = c.id AND a.epoch < c.epoch
              ORDER BY a.epoch DESC LIMIT 1) AS former,
             extract(epoch FROM c.deadline - now()) * 1000 AS remaining,
             (SELECT jsonb_agg(jsonb_build_object('role', role, 'parts', parts) ORDER BY depth DESC)
              FROM path WHERE told) AS history
      FROM claimed c JOIN messages question ON question.id = c.user_message
      """;

  private static final String LOCK_AND_CLAIM = PostgresFinish.LOCK_SESSION + ";" + CLAIM + ANSWER;

  private static final String WHY_NOT =
      """
      SELECT status, job_id, worker, claim_token = :token AS same, attempt >= :attempts AND NOT handed_over AS tried,
             deadline < now() + :least * interval '1 ms' AS late
      FROM turns WHERE id = :turn
      """;

  private final PostgresTransactions transactions;
  private final PostgresFinish ends;

  PostgresClaim(PostgresTransactions transactions, PostgresFinish ends) {
    this.transactions = transactions;
    this.ends = ends;
  }

  ClaimResult claim(ClaimRequest request) {
    Map<String, @Nullable Object> values = values(request);
    return transactions.together(status -> lockAndClaim(request, values));
  }

  private ClaimResult lockAndClaim(ClaimRequest request, Map<String, @Nullable Object> values) {
    Tried tried =
        transactions.inOneTrip(
            LOCK_AND_CLAIM,
            values,
            answers ->
                new Tried(
                    answers.next((row, number) -> StoredTurnRow.session(row)),
                    answers.next((row, number) -> claimed(request, row))));
    if (tried.claimed() != null) {
      return tried.claimed();
    }
    return tried.session() == null
        ? new ClaimResult.NotDue()
        : refuse(tried.session(), request, values);
  }

  private ClaimResult refuse(
      SessionKey session, ClaimRequest request, Map<String, @Nullable Object> values) {
    return transactions
        .sql(WHY_NOT)
        .params(values)
        .query((row, number) -> refusal(row))
        .optional()
        .map(why -> refuse(session, request, values, why))
        .orElseGet(ClaimResult.NotDue::new); // removed while its session was waited for
  }

  private ClaimResult refuse(
      SessionKey session, ClaimRequest request, Map<String, @Nullable Object> values, Refusal why) {
    return switch (why.status()) {
      case WAITING -> new ClaimResult.NotDue();
      case ENDED, FAILED, CANCELLED -> new ClaimResult.Ended(null);
      case RUNNING -> {
        if (why.same()) {
          yield transactions
              .sql(CLAIMED_BEFORE + ANSWER)
              .params(values)
              .query((row, number) -> claimed(request, row))
              .single();
        }
        JobId other = JobId.parse(Objects.requireNonNull(why.job()));
        yield other.equals(request.job()) || other.equals(request.instead())
            ? endIfUsedUp(session, request, why)
            : new ClaimResult.HeldByOther(other, Objects.requireNonNull(why.worker()));
      }
      case ACCEPTED -> endIfUsedUp(session, request, why);
    };
  }

  private ClaimResult endIfUsedUp(SessionKey session, ClaimRequest request, Refusal why) {
    if (why.tried()) {
      return end(session, request, FailureCode.ATTEMPTS_EXHAUSTED, ClaimRefusal.NO_ATTEMPT_LEFT);
    }
    if (why.late()) {
      return end(session, request, FailureCode.DEADLINE_EXCEEDED, ClaimRefusal.NO_TIME_LEFT);
    }
    return new ClaimResult.NotDue();
  }

  private ClaimResult end(
      SessionKey session, ClaimRequest request, FailureCode code, String message) {
    FinishResult result = ends.end(session, new Ending.Fail(request.turn(), code, message));
    return result instanceof FinishResult.Finished(var saved, var promotion)
        ? new ClaimResult.Ended(code, promotion)
        : new ClaimResult.Ended(code);
  }

  private static ClaimResult claimed(ClaimRequest request, ResultSet row) throws SQLException {
    MessageId message = new MessageId(StoredTurnRow.uuid(row, "user_message"));
    return new ClaimResult.Claimed(
        new ActiveTurn(StoredTurnRow.session(row), request.turn(), row.getLong("user_epoch")),
        row.getLong("epoch"),
        row.getInt("attempt"),
        row.getBoolean("reset"),
        TurnJson.request(row.getString("request")),
        new UserMessage(request.turn(), message, TurnJson.parts(row.getString("parts"))),
        TurnJson.utterances(row.getString("history")),
        Duration.ofMillis(row.getLong("remaining")),
        Duration.ofMillis(row.getLong("since_submit")),
        Traceparent.read(row.getString("former")));
  }

  private static Refusal refusal(ResultSet row) throws SQLException {
    return new Refusal(
        TurnStatus.of(row.getString("status")),
        row.getString("job_id"),
        row.getString("worker"),
        row.getBoolean("same"),
        row.getBoolean("tried"),
        row.getBoolean("late"));
  }

  private static Map<String, @Nullable Object> values(ClaimRequest request) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("turn", request.turn().value());
    values.put("job", request.job().toString());
    values.put("instead", nullable(Types.VARCHAR, request.instead()));
    values.put("token", request.token());
    values.put("worker", request.worker());
    values.put("traceparent", nullable(Types.VARCHAR, request.traceparent()));
    values.put("attempts", TurnStore.MAX_ATTEMPTS);
    values.put("least", TurnStore.LEAST_REMAINING.toMillis());
    values.put("history", TurnStore.HISTORY);
    values.put("farthest", 10 * TurnStore.HISTORY);
    return values;
  }

  private record Tried(@Nullable SessionKey session, @Nullable ClaimResult claimed) {}

  private record Refusal(
      TurnStatus status,
      @Nullable String job,
      @Nullable String worker,
      boolean same,
      boolean tried,
      boolean late) {}
}
