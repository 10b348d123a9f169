package io.streamrelay.protocol.turn;

import static io.streamrelay.protocol.turn.PostgresTransactions.nullable;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import java.sql.Types;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The transactions that end a turn and save its answer. Methods that don't say otherwise belong to
 * a transaction in progress that holds the session. Thread-safe.
 */
final class PostgresFinish {
  static final String LOCK_SESSION =
      """
      SELECT s.owner, s.id AS session
      FROM turns t JOIN sessions s ON s.owner = t.owner AND s.id = t.session
      WHERE t.id = :turn
      FOR NO KEY UPDATE OF s
      """;

  private static final String RAISE_TO_F =
      """
      ), raised AS (
        UPDATE sessions s SET epoch = ended.final_epoch
        FROM ended
        WHERE s.owner = ended.owner AND s.id = ended.session AND ended.final_epoch IS NOT NULL
      """;

  private static final String FOLLOWED =
      """
      )
      SELECT final_epoch IS NOT NULL AND EXISTS (
          SELECT FROM turns f
          WHERE f.owner = ended.owner AND f.session = ended.session
            AND f.final_epoch IS NULL AND f.id <> ended.id) AS followed
      FROM ended
      """;

  /** A waiting turn gets no f, but an empty text at once. Answers whether turns may follow. */
  private static final String END =
      """
      WITH ended AS (
        UPDATE turns t
        SET status = :status, finish_reason = CAST(:finishReason AS varchar),
            failure_code = CAST(:failureCode AS varchar),
            failure_message = CAST(:failureMessage AS varchar),
            cancelled_by = CAST(:by AS varchar), cancel_reason = CAST(:reason AS varchar),
            ended_at = now(),
            final_epoch = CASE WHEN t.status <> 'waiting' THEN s.epoch + 3 END,
            saved_at = CASE WHEN t.status = 'waiting' THEN now() END,
            text_length = CASE WHEN t.status = 'waiting' THEN 0 END,
            text_sha256 = CASE WHEN t.status = 'waiting' THEN :hashOfNothing END
        FROM sessions s
        WHERE t.id = :turn AND s.owner = t.owner AND s.id = t.session
          AND t.status IN ('waiting', 'accepted', 'running')
        RETURNING t.id, t.owner, t.session, t.final_epoch
      """
          + RAISE_TO_F
          + FOLLOWED;

  /** All that a worker's end writes, each row once. Answers whether turns may follow. */
  private static final String END_BY_ATTEMPT =
      """
      WITH ended AS (
        UPDATE turns t
        SET status = :status, finish_reason = CAST(:finishReason AS varchar),
            failure_code = CAST(:failureCode AS varchar),
            failure_message = CAST(:failureMessage AS varchar), final_epoch = s.epoch + 3,
            answer_message = CAST(:message AS uuid), text_length = :length, text_sha256 = :sha256,
            last_id = :last, chunk_borders = CAST(:borders AS bytea), ended_at = now(), saved_at = now(), settled_at = now()
        FROM sessions s
        WHERE t.id = :turn AND s.owner = t.owner AND s.id = t.session
          AND t.epoch = :epoch AND t.status = 'running'
        RETURNING t.id, t.owner, t.session, t.user_message, t.answer_message, t.final_epoch
      """
          + RAISE_TO_F
          + "), noted AS ("
          + PostgresAttempts.NOTE
          + """
          FROM ended WHERE turn = ended.id AND epoch = :epoch
          ), said AS (
            INSERT INTO messages (id, owner, session, parent, turn, role, parts)
            SELECT answer_message, owner, session, user_message, id, 'assistant', CAST(:parts AS jsonb)
            FROM ended WHERE answer_message IS NOT NULL
          """
          + FOLLOWED;

  private static final String LOCK_AND_END_BY_ATTEMPT =
      LOCK_SESSION + ";" + END_BY_ATTEMPT + ";" + StoredTurnRow.SELECT + "WHERE t.id = :turn";

  private static final String SAVE =
      """
      WITH saved AS (
        UPDATE turns
        SET answer_message = CAST(:message AS uuid), text_length = :length, text_sha256 = :sha256,
            last_id = CAST(:last AS varchar), chunk_borders = CAST(:borders AS bytea),
            partial_lost = :partialLost, saved_at = now(),
            settled_at = now()
        WHERE id = :turn AND saved_at IS NULL AND status IN ('ended', 'failed', 'cancelled')
        RETURNING id, owner, session, user_message, answer_message
      )
      INSERT INTO messages (id, owner, session, parent, turn, role, parts)
      SELECT answer_message, owner, session, user_message, id, 'assistant', CAST(:parts AS jsonb)
      FROM saved WHERE answer_message IS NOT NULL
      """;

  /** What was submitted before the answer was there is said after it all the same. */
  private static final String SAY_AFTER =
      """
      UPDATE messages m SET parent = t.answer_message
      FROM turns t JOIN turns next
        ON next.owner = t.owner AND next.session = t.session AND next.place = t.place + 1
      WHERE t.id = :turn AND t.answer_message IS NOT NULL
        AND m.id = next.user_message AND m.parent = t.user_message
      """;

  /** The active one last: ending it would make one that waits active. */
  private static final String TO_CANCEL =
      """
      SELECT id FROM turns
      WHERE owner = :owner AND session = :session AND final_epoch IS NULL
        AND status IN ('waiting', 'accepted', 'running')
      ORDER BY place DESC
      """;

  private static final String STATE =
      "SELECT status, epoch = CAST(:epoch AS bigint) AND last_id = :last AS same"
          + " FROM turns WHERE id = :turn";

  private static final String HASH_OF_NOTHING = Answer.sha256("");

  private final PostgresTransactions transactions;
  private final PostgresPromotion promotion;
  private final PostgresOutbox outbox;

  PostgresFinish(PostgresTransactions transactions, PostgresOutbox outbox) {
    this.transactions = transactions;
    this.outbox = outbox;
    this.promotion = new PostgresPromotion(transactions);
  }

  /** The whole transaction. */
  FinishResult finish(Ending ending) {
    return transactions.together(status ->
        switch (ending) {
          case Ending.ByAttempt end -> endByAttempt(end);
          case Ending.Cancel end -> endFromOutside(end);
          case Ending.Fail end -> endFromOutside(end);
        });
  }

  private FinishResult endFromOutside(Ending ending) {
    SessionKey session = lockSession(ending.turn());
    return session == null ? new FinishResult.Unknown() : end(session, ending);
  }

  /** One round trip, where no other turn waits and nobody else is to be told. */
  private FinishResult endByAttempt(Ending.ByAttempt end) {
    Map<String, @Nullable Object> values = values(end);
    ByAttempt ended =
        transactions.inOneTrip(
            LOCK_AND_END_BY_ATTEMPT,
            values,
            answers ->
                new ByAttempt(
                    answers.next((row, number) -> StoredTurnRow.session(row)),
                    answers.next((row, number) -> row.getBoolean("followed")),
                    answers.next(StoredTurnRow::read)));
    if (ended.session() == null || ended.turn() == null) {
      return new FinishResult.Unknown();
    }
    if (ended.followed() == null) {
      return stands(end, values);
    }
    outbox.write(ended.turn().view());
    Promotion promoted = Promotion.NONE;
    if (ended.followed()) {
      transactions.sql(SAY_AFTER).param("turn", end.turn().value()).update();
      promoted = promotion.activateNext(ended.session());
    }
    return ended.turn().endState() instanceof EndState.Saved(var saved)
        ? new FinishResult.Finished(saved, promoted)
        : new FinishResult.Finished(null, promoted);
  }

  /** The whole transaction. */
  void saveAnswer(
      TurnId turn,
      Snapshot answer,
      @Nullable EntryId last,
      @Nullable ChunkBorders borders,
      boolean partialLost) {
    transactions.together(status -> {
      if (lockSession(turn) != null) {
        Text text = Text.of(answer);
        Map<String, @Nullable Object> values = new HashMap<>();
        text.put(values);
        values.put("turn", turn.value());
        values.put("last", last == null ? null : last.toString());
        values.put("borders", bytes(borders));
        values.put("partialLost", partialLost);
        transactions.sql(SAVE).params(values).update();
        transactions.sql(SAY_AFTER).param("turn", turn.value()).update();
      }
      return true;
    });
  }

  /**
   * Takes the session's row, the first lock of each transaction that changes a turn. Null if there
   * is no such turn.
   */
  @Nullable SessionKey lockSession(TurnId turn) {
    return transactions
        .sql(LOCK_SESSION)
        .param("turn", turn.value())
        .query((row, number) -> StoredTurnRow.session(row))
        .optional()
        .orElse(null);
  }

  /** From outside. */
  FinishResult end(SessionKey session, Ending ending) {
    Map<String, @Nullable Object> values = values(ending);
    Boolean followed =
        transactions.sql(END).params(values).query(Boolean.class).optional().orElse(null);
    if (followed == null) {
      return stands(ending, values);
    }
    outbox.write(ending.turn());
    return new FinishResult.Finished(
        null, followed ? promotion.activateNext(session) : Promotion.NONE);
  }

  /** Cancels all turns of a session that have not ended. Answers them in the order of their ids. */
  List<TurnId> cancelAll(SessionKey session, String by, String reason) {
    List<TurnId> newestFirst =
        transactions
            .sql(TO_CANCEL)
            .param("owner", session.owner().id())
            .param("session", session.session().value())
            .query((row, number) -> new TurnId(StoredTurnRow.uuid(row, "id")))
            .list();
    for (TurnId turn : newestFirst) {
      end(session, new Ending.Cancel(turn, by, reason));
    }
    promotion.activateNext(session); // gives ids to those that waited, also where none was active
    return newestFirst.reversed();
  }

  /**
   * Why nothing was ended: its first ending stands, or the attempt isn't the turn's, or the turn
   * was removed while its session was waited for.
   */
  private FinishResult stands(Ending ending, Map<String, @Nullable Object> values) {
    return transactions
        .sql(STATE)
        .params(values)
        .query((row, number) ->
            stands(ending, TurnStatus.of(row.getString("status")), row.getBoolean("same")))
        .optional()
        .orElseGet(FinishResult.Unknown::new);
  }

  private static FinishResult stands(Ending ending, TurnStatus status, boolean sameText) {
    if (!status.terminal()) {
      return new FinishResult.NotOurs();
    }
    boolean same =
        switch (ending) {
          case Ending.ByAttempt end -> status == TurnStatus.of(end.outcome().outcome()) && sameText;
          case Ending.Cancel end -> status == TurnStatus.CANCELLED;
          case Ending.Fail end -> status == TurnStatus.FAILED;
        };
    return same ? new FinishResult.Finished(null) : new FinishResult.AlreadyEnded(status);
  }

  private static Map<String, @Nullable Object> values(Ending ending) {
    Map<String, @Nullable Object> values = new HashMap<>();
    for (String column : List.of("finishReason", "failureCode", "failureMessage", "by", "reason")) {
      values.put(column, nullable(Types.VARCHAR, null));
    }
    values.put("turn", ending.turn().value());
    values.put("epoch", null);
    values.put("last", null);
    values.put("hashOfNothing", HASH_OF_NOTHING);
    switch (ending) {
      case Ending.ByAttempt end -> putOutcome(values, end);
      case Ending.Cancel end -> {
        values.put("status", TurnStatus.CANCELLED.wire());
        values.put("by", end.by());
        values.put("reason", nullable(Types.VARCHAR, end.reason()));
      }
      case Ending.Fail end -> {
        values.put("status", TurnStatus.FAILED.wire());
        values.put("failureCode", end.code().wire());
        values.put("failureMessage", end.message());
      }
    }
    return values;
  }

  private static void putOutcome(Map<String, @Nullable Object> values, Ending.ByAttempt end) {
    Generated done = end.outcome();
    PostgresAttempts.put(values, FinishRow.attempt(end));
    Text.of(end).put(values);
    values.put("epoch", end.epoch());
    values.put("last", end.last().toString());
    values.put("borders", bytes(end.borders()));
    values.put("status", TurnStatus.of(done.outcome()).wire());
    values.put(
        "finishReason",
        nullable(Types.VARCHAR, done.finishReason() == null ? null : done.finishReason().wire()));
    switch (done.outcome()) {
      case ENDED -> {}
      case FAILED -> {
        values.put("failureCode", FinishRow.failureCode(done).wire());
        values.put("failureMessage", FinishRow.failureMessage(done));
      }
      case CANCELLED -> throw new IllegalArgumentException("an attempt can't cancel its turn");
    }
  }

  private static Object bytes(@Nullable ChunkBorders borders) {
    return nullable(Types.BINARY, borders == null ? null : borders.bytes());
  }

  /** What one round trip told: nothing of a turn that isn't there. */
  private record ByAttempt(
      @Nullable SessionKey session, @Nullable Boolean followed, @Nullable StoredTurn turn) {}

  /**
   * An answer to be saved.
   *
   * @param message null where nothing was said
   */
  private record Text(@Nullable MessageId message, List<Part> parts, String text) {
    static Text of(Snapshot answer) {
      List<Part> parts = AnswerParts.of(answer);
      return new Text(parts.isEmpty() ? null : MessageId.make(), parts, answer.text());
    }

    /** A turn that ended well has an answer, though it may be empty. */
    static Text of(Ending.ByAttempt end) {
      List<Part> parts = AnswerParts.of(end.answer());
      boolean said = !parts.isEmpty() || end.outcome().outcome() == Outcome.ENDED;
      return new Text(said ? MessageId.make() : null, parts, end.answer().text());
    }

    void put(Map<String, @Nullable Object> values) {
      values.put("message", nullable(Types.VARCHAR, message));
      values.put("parts", TurnJson.write(parts));
      values.put("length", text.length());
      values.put("sha256", Answer.sha256(text));
    }
  }
}
