package io.streamrelay.protocol.turn;

import static io.streamrelay.protocol.turn.PostgresTransactions.nullable;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.TransactionStatus;

/**
 * The transaction that accepts a turn: one round trip and a commit; some more for tool results, and
 * where the session is busy. Thread-safe.
 */
final class PostgresSubmit {
  /**
   * Takes the session's row, a place and u; given back by rollback if the turn is refused. A
   * session that was deleted begins anew.
   */
  private static final String TAKE_PLACE =
      """
      INSERT INTO sessions AS s (owner, id, epoch, turn_count, title)
      VALUES (:owner, :session, 1, 1, :title)
      ON CONFLICT (owner, id) DO UPDATE
      SET epoch = s.epoch + 1, turn_count = s.turn_count + 1, updated_at = now(),
          title = CASE WHEN s.turn_count = s.deleted_through THEN excluded.title ELSE s.title END,
          created_at = CASE WHEN s.turn_count = s.deleted_through THEN now() ELSE s.created_at END
      RETURNING deleted_through
      """;

  private static final String SAME =
      """
      SELECT id, owner, session, status, request_hash FROM turns
      WHERE owner = :owner AND idempotency_key = :key
      UNION ALL
      SELECT id, owner, session, status, request_hash FROM turns
      WHERE owner = :owner AND id = :turn
      LIMIT 1
      """;

  private static final String BUSY =
      """
      SELECT id FROM turns
      WHERE owner = :owner AND session = :session AND final_epoch IS NULL
        AND status IN ('waiting', 'accepted', 'running')
      ORDER BY status = 'waiting', place
      LIMIT 1
      """;

  /**
   * One row for each turn the caller or one of its users has under way, no more of them than count:
   * two ranges of one index, so that each stops there. '0' comes after '/'.
   */
  static final String OPEN =
      """
      (SELECT FROM turns WHERE ended_at IS NULL AND owner = :caller LIMIT :most)
      UNION ALL
      (SELECT FROM turns
       WHERE ended_at IS NULL AND owner >= :caller || '/' AND owner < :caller || '0' LIMIT :most)
      """;

  /** What a new message is said after. */
  private static final String NEWEST =
      """
      SELECT coalesce(answer_message, user_message) AS message FROM turns
      WHERE owner = :owner AND session = :session
        AND place > (SELECT deleted_through FROM taken)
      ORDER BY place DESC LIMIT 1
      """;

  private static final String ACCEPT =
      """
      WITH taken AS (
        SELECT epoch, turn_count AS place, deleted_through FROM sessions
        WHERE owner = :owner AND id = :session
      ), same AS (%s), busy AS (%s), newest AS (%s), accepted AS (
        INSERT INTO turns (id, owner, session, place, status, idempotency_key, request_hash, request,
                           user_message, user_epoch, deadline, accepted_at, traceparent)
        SELECT :turn, :owner, :session, taken.place, 'accepted', CAST(:key AS varchar), :hash,
               CAST(:request AS jsonb), :message, taken.epoch,
               now() + :millis * interval '1 ms', now(), CAST(:traceparent AS varchar)
        FROM taken
        WHERE NOT EXISTS (SELECT FROM same) AND NOT EXISTS (SELECT FROM busy)
          AND (:unbounded OR (SELECT count(*) FROM (%s) open) < :most)
        RETURNING id, user_epoch
      ), said AS (
        INSERT INTO messages (id, owner, session, parent, turn, role, parts)
        SELECT :message, :owner, :session, (SELECT message FROM newest), id, :role,
               CAST(:parts AS jsonb)
        FROM accepted
      )
      SELECT user_epoch, coalesce(%s, user_epoch) AS keep_from FROM accepted
      """
          .formatted(
              SAME,
              BUSY,
              NEWEST,
              OPEN,
              PostgresTurnStore.KEEP_FROM.replace(":place", "(SELECT place FROM taken)"));

  private static final String TAKE_AND_ACCEPT = TAKE_PLACE + ";" + ACCEPT;

  private static final String RAISE =
      "UPDATE sessions SET epoch = epoch + :by WHERE owner = :owner AND id = :session";

  /** Keeps the place that was taken. What is said before it may not be answered yet. */
  private static final String WAIT =
      """
      WITH taken AS (
        SELECT turn_count AS place, deleted_through FROM sessions
        WHERE owner = :owner AND id = :session
      ), newest AS (%s), waiting AS (
        INSERT INTO turns (id, owner, session, place, status, idempotency_key, request_hash, request,
                           user_message, deadline, traceparent)
        SELECT :turn, :owner, :session, taken.place, 'waiting', CAST(:key AS varchar), :hash,
               CAST(:request AS jsonb), :message, now() + :millis * interval '1 ms',
               CAST(:traceparent AS varchar)
        FROM taken
        WHERE :unbounded OR (SELECT count(*) FROM (%s) open) < :most
        RETURNING id
      )
      INSERT INTO messages (id, owner, session, parent, turn, role, parts)
      SELECT :message, :owner, :session, (SELECT message FROM newest), id, :role,
             CAST(:parts AS jsonb)
      FROM waiting
      """
          .formatted(NEWEST, OPEN);

  private static final String WAITING =
      """
      SELECT count(*) FROM turns
      WHERE owner = :owner AND session = :session AND final_epoch IS NULL AND status = 'waiting'
      """;

  /** A deleted turn's key is free again, though its row may still be there. */
  private static final String FREE_KEY =
      """
      UPDATE turns t SET idempotency_key = NULL
      FROM sessions s
      WHERE t.owner = :owner AND t.idempotency_key = CAST(:key AS varchar) AND t.id <> :turn
        AND s.owner = t.owner AND s.id = t.session AND t.place <= s.deleted_through
      """;

  private static final String NEWEST_TURN =
      """
      SELECT id FROM turns
      WHERE owner = :owner AND session = :session AND place > :deletedThrough
      ORDER BY place DESC LIMIT 1
      """;

  /** The session's newest message that the next prompt would hold. */
  private static final String LAST_SAID =
      """
      WITH RECURSIVE path AS (
        SELECT m.parent, m.role, m.parts, t.status, t.status <> 'failed' AND m.parts <> '[]' AS told,
               1 AS depth
        FROM messages m JOIN turns t ON t.id = m.turn
        WHERE m.id = (SELECT coalesce(answer_message, user_message) FROM turns
                      WHERE owner = :owner AND session = :session
                        AND place > :deletedThrough
                      ORDER BY place DESC LIMIT 1)
        UNION ALL
        SELECT m.parent, m.role, m.parts, t.status, t.status <> 'failed' AND m.parts <> '[]',
               path.depth + 1
        FROM path JOIN messages m ON m.id = path.parent JOIN turns t ON t.id = m.turn
        WHERE NOT path.told AND path.depth < :farthest
      )
      SELECT role, parts, status FROM path WHERE told
      """;

  private static final String DO_NOT_STORE =
      """
      INSERT INTO unstored_sessions (owner, id) VALUES (:owner, :session)
      ON CONFLICT (owner, id) DO NOTHING
      """;

  private static final String INTERRUPTED = "interrupted";

  private final PostgresTransactions transactions;
  private final PostgresFinish ends;

  PostgresSubmit(PostgresTransactions transactions, PostgresFinish ends) {
    this.transactions = transactions;
    this.ends = ends;
  }

  SubmitResult submit(Submission submission, int mostTurns) {
    Map<String, @Nullable Object> values = values(submission, mostTurns);
    try {
      return transactions.together(status -> accept(submission, values, status));
    } catch (DuplicateKeyException e) {
      // The same key in another session at the same moment: it is committed now, so it can be read.
      SubmitResult same = transactions.alone(jdbc -> same(submission, values));
      if (same == null) {
        throw e;
      }
      return same;
    }
  }

  private SubmitResult accept(
      Submission submission, Map<String, @Nullable Object> values, TransactionStatus status) {
    SubmitResult result =
        submission.hasItsPlace()
            ? takeAndAcceptThere(submission, values)
            : takeAndAccept(submission, values);
    if (result == null && freeKey(values)) {
      result = insert(submission, values);
    }
    if (result == null) {
      result = sameOrBusy(submission, values);
    }
    if (result instanceof SubmitResult.Busy busy && !submission.hasItsPlace()) {
      result = whileBusy(submission, busy, values);
    }
    if (!(result instanceof SubmitResult.Accepted || result instanceof SubmitResult.Waiting)) {
      status.setRollbackOnly();
    } else if (!submission.stored()) {
      transactions.sql(DO_NOT_STORE).params(values).update();
    }
    return result == null ? new SubmitResult.TooMany() : result; // nothing else refuses
  }

  /** The session is held, and a place and u are taken. Null if the caller has too many turns. */
  private @Nullable SubmitResult whileBusy(
      Submission submission, SubmitResult.Busy busy, Map<String, @Nullable Object> values) {
    return switch (submission.onBusy()) {
      case REJECT -> busy;
      case ENQUEUE -> letWait(submission, busy, values);
      case INTERRUPT -> interrupt(submission, values);
    };
  }

  private @Nullable SubmitResult letWait(
      Submission submission, SubmitResult.Busy busy, Map<String, @Nullable Object> values) {
    int waiting = transactions.sql(WAITING).params(values).query(Integer.class).single();
    if (waiting >= TurnStore.MAX_WAITING) {
      return new SubmitResult.TooManyWaiting(busy.running());
    }
    raise(-1, values);
    return transactions.sql(WAIT).params(values).update() == 0
        ? null
        : new SubmitResult.Waiting(submission.session(), submission.turn());
  }

  /** The u that was taken is given back, since those that are cancelled end before the new one. */
  private @Nullable SubmitResult interrupt(
      Submission submission, Map<String, @Nullable Object> values) {
    raise(-1, values);
    List<TurnId> interrupted = ends.cancelAll(submission.session(), "owner", INTERRUPTED);
    raise(1, values);
    return insert(submission, values)
            instanceof SubmitResult.Accepted(var turn, var keepFrom, var none)
        ? new SubmitResult.Accepted(turn, keepFrom, interrupted)
        : null;
  }

  private void raise(int by, Map<String, @Nullable Object> values) {
    transactions.sql(RAISE).params(values).param("by", by).update();
  }

  /** Null if the turn is refused, by what is there already. */
  private @Nullable SubmitResult takeAndAccept(
      Submission submission, Map<String, @Nullable Object> values) {
    return transactions.inOneTrip(
        TAKE_AND_ACCEPT,
        values,
        answers -> {
          answers.next((row, number) -> deletedThrough(row));
          return answers.next((row, number) -> accepted(submission, row));
        });
  }

  private @Nullable SubmitResult takeAndAcceptThere(
      Submission submission, Map<String, @Nullable Object> values) {
    int deletedThrough =
        transactions
            .sql(TAKE_PLACE)
            .params(values)
            .query((row, number) -> deletedThrough(row))
            .single();
    SubmitResult refusal = refuse(submission, deletedThrough, values);
    return refusal == null ? insert(submission, values) : refusal;
  }

  /** A repeated submission is no late or wrong one, whatever came after it. */
  private @Nullable SubmitResult refuse(
      Submission submission, int deletedThrough, Map<String, @Nullable Object> values) {
    freeKey(values);
    SubmitResult earlier = sameOrBusy(submission, values);
    if (earlier != null) {
      return earlier;
    }
    TurnId newest = submission.after() == null ? null : newest(deletedThrough, values);
    if (!Objects.equals(newest, submission.after())) {
      return new SubmitResult.Busy(newest == null ? submission.turn() : newest);
    }
    return submission.answersCalls() ? refuseResults(submission, deletedThrough, values) : null;
  }

  private @Nullable TurnId newest(int deletedThrough, Map<String, @Nullable Object> values) {
    return transactions
        .sql(NEWEST_TURN)
        .params(values)
        .param("deletedThrough", deletedThrough)
        .query((row, number) -> new TurnId(StoredTurnRow.uuid(row, "id")))
        .optional()
        .orElse(null);
  }

  /** Null if the turn is refused, by what is there already. */
  private @Nullable SubmitResult insert(
      Submission submission, Map<String, @Nullable Object> values) {
    return transactions
        .sql(ACCEPT)
        .params(values)
        .query((row, number) -> accepted(submission, row))
        .optional()
        .orElse(null);
  }

  private static SubmitResult accepted(Submission submission, ResultSet row) throws SQLException {
    return new SubmitResult.Accepted(
        new ActiveTurn(submission.session(), submission.turn(), row.getLong("user_epoch")),
        row.getLong("keep_from"));
  }

  private @Nullable SubmitResult refuseResults(
      Submission submission, int deletedThrough, Map<String, @Nullable Object> values) {
    List<String> open =
        transactions
            .sql(LAST_SAID)
            .params(values)
            .param("farthest", 10 * TurnStore.HISTORY)
            .param("deletedThrough", deletedThrough)
            .query((row, number) -> openCalls(row))
            .optional()
            .orElse(List.of());
    OpenCalls.Mismatch mismatch = OpenCalls.mismatch(open, submission.parts());
    return mismatch == null ? null : new SubmitResult.WrongResults(mismatch);
  }

  private static List<String> openCalls(ResultSet row) throws SQLException {
    return OpenCalls.after(
        Role.of(row.getString("role")),
        TurnJson.parts(row.getString("parts")),
        TurnStatus.of(row.getString("status")));
  }

  private @Nullable SubmitResult sameOrBusy(
      Submission submission, Map<String, @Nullable Object> values) {
    SubmitResult same = same(submission, values);
    return same != null ? same : busy(values);
  }

  private static int deletedThrough(ResultSet row) throws SQLException {
    return row.getInt("deleted_through");
  }

  private boolean freeKey(Map<String, @Nullable Object> values) {
    return transactions.sql(FREE_KEY).params(values).update() > 0;
  }

  private @Nullable SubmitResult same(Submission submission, Map<String, @Nullable Object> values) {
    return transactions
        .sql(SAME)
        .params(values)
        .query((row, number) -> same(submission, row))
        .optional()
        .orElse(null);
  }

  private static SubmitResult same(Submission submission, ResultSet row) throws SQLException {
    TurnId turn = new TurnId(StoredTurnRow.uuid(row, "id"));
    boolean repeated =
        turn.equals(submission.turn())
            || submission.requestHash().equals(row.getString("request_hash"));
    return repeated
        ? new SubmitResult.Repeated(
            StoredTurnRow.session(row), turn, TurnStatus.of(row.getString("status")))
        : new SubmitResult.KeyMismatch(turn);
  }

  private @Nullable SubmitResult busy(Map<String, @Nullable Object> values) {
    return transactions
        .sql(BUSY)
        .params(values)
        .query((row, number) -> new SubmitResult.Busy(new TurnId(StoredTurnRow.uuid(row, "id"))))
        .optional()
        .orElse(null);
  }

  private static Map<String, @Nullable Object> values(Submission submission, int mostTurns) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("owner", submission.session().owner().id());
    values.put("caller", submission.session().owner().caller().value());
    values.put("most", mostTurns);
    values.put("unbounded", mostTurns == Integer.MAX_VALUE);
    values.put("session", submission.session().session().value());
    values.put("turn", submission.turn().value());
    values.put("message", submission.messageId().value());
    values.put("title", nullable(Types.VARCHAR, SessionTitle.of(submission.parts())));
    values.put("role", submission.role().wire());
    values.put("parts", TurnJson.write(submission.parts()));
    values.put("request", TurnJson.write(submission.request()));
    values.put("key", nullable(Types.VARCHAR, submission.idempotencyKey()));
    values.put("hash", submission.requestHash());
    values.put("millis", submission.timeout().toMillis());
    values.put("traceparent", nullable(Types.VARCHAR, submission.traceparent()));
    return values;
  }
}
