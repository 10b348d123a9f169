package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The transactions that end a turn and save its answer. Methods that don't say otherwise belong to
 * a transaction in progress that holds the session. Thread-safe.
 */
final class PostgresFinish {
  private static final String LOCK_SESSION =
      """
      SELECT s.owner, s.id AS session
      FROM turns t JOIN sessions s ON s.owner = t.owner AND s.id = t.session
      WHERE t.id = :turn
      FOR NO KEY UPDATE OF s
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
          AND (CAST(:epoch AS bigint) IS NULL
               OR t.epoch = CAST(:epoch AS bigint) AND t.status = 'running')
        RETURNING t.id, t.owner, t.session, t.final_epoch
      ), raised AS (
        UPDATE sessions s SET epoch = ended.final_epoch
        FROM ended
        WHERE s.owner = ended.owner AND s.id = ended.session AND ended.final_epoch IS NOT NULL
      )
      SELECT final_epoch IS NOT NULL AND EXISTS (
          SELECT FROM turns f
          WHERE f.owner = ended.owner AND f.session = ended.session
            AND f.final_epoch IS NULL AND f.id <> ended.id)
      FROM ended
      """;

  /** What was submitted before the answer was there is said after it all the same. */
  private static final String SAVE =
      """
      WITH saved AS (
        UPDATE turns
        SET answer_message = CAST(:message AS uuid), text_length = :length, text_sha256 = :sha256,
            last_id = CAST(:last AS varchar), partial_lost = :partialLost, saved_at = now(),
            settled_at = now()
        WHERE id = :turn AND saved_at IS NULL AND status IN ('ended', 'failed', 'cancelled')
        RETURNING id, owner, session, place, user_message, answer_message
      ), said AS (
        INSERT INTO messages (id, owner, session, parent, turn, role, parts)
        SELECT answer_message, owner, session, user_message, id, 'assistant', CAST(:parts AS jsonb)
        FROM saved WHERE answer_message IS NOT NULL
      )
      UPDATE messages m SET parent = saved.answer_message
      FROM saved JOIN turns next
        ON next.owner = saved.owner AND next.session = saved.session
          AND next.place = saved.place + 1
      WHERE m.id = next.user_message AND m.parent = saved.user_message
        AND saved.answer_message IS NOT NULL
      """;

  private static final String STATE =
      "SELECT status, epoch = CAST(:epoch AS bigint) AND last_id = :last AS same"
          + " FROM turns WHERE id = :turn";

  private static final String HASH_OF_NOTHING = Answer.sha256("");

  private final PostgresTransactions transactions;
  private final PostgresPromotion promotion;
  private final PostgresAttempts attempts;

  PostgresFinish(PostgresTransactions transactions) {
    this.transactions = transactions;
    this.promotion = new PostgresPromotion(transactions);
    this.attempts = new PostgresAttempts(transactions);
  }

  /** The whole transaction. */
  FinishResult finish(Ending ending) {
    return transactions.together(status -> {
      SessionKey session = lockSession(ending.turn());
      return session == null ? new FinishResult.Unknown() : end(session, ending);
    });
  }

  /** The whole transaction. */
  void saveAnswer(TurnId turn, Snapshot answer, @Nullable EntryId last, boolean partialLost) {
    transactions.together(status -> {
      if (lockSession(turn) != null) {
        List<Part> parts = AnswerParts.of(answer);
        MessageId message = parts.isEmpty() ? null : MessageId.make();
        save(new Text(turn, message, parts, answer.text(), last, partialLost));
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

  FinishResult end(SessionKey session, Ending ending) {
    Map<String, @Nullable Object> values = values(ending);
    Boolean followed =
        transactions.sql(END).params(values).query(Boolean.class).optional().orElse(null);
    if (followed == null) {
      return stands(ending, values);
    }
    if (ending instanceof Ending.ByAttempt end) {
      attempts.count(end.turn(), end.epoch(), FinishRow.attempt(end.outcome()));
      save(Text.of(end));
    }
    if (followed) {
      promotion.activateNext(session);
    }
    return new FinishResult.Finished();
  }

  private void save(Text text) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("turn", text.turn().value());
    values.put("message", text.message() == null ? null : text.message().value());
    values.put("parts", TurnJson.write(text.parts()));
    values.put("length", text.text().length());
    values.put("sha256", Answer.sha256(text.text()));
    values.put("last", text.last() == null ? null : text.last().toString());
    values.put("partialLost", text.partialLost());
    transactions.sql(SAVE).params(values).update();
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
    return same ? new FinishResult.Finished() : new FinishResult.AlreadyEnded(status);
  }

  private static Map<String, @Nullable Object> values(Ending ending) {
    Map<String, @Nullable Object> values = new HashMap<>();
    for (String column : List.of("finishReason", "failureCode", "failureMessage", "by", "reason")) {
      values.put(column, null);
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
        values.put("reason", end.reason());
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
    values.put("epoch", end.epoch());
    values.put("last", end.last().toString());
    values.put("status", TurnStatus.of(done.outcome()).wire());
    values.put("finishReason", done.finishReason() == null ? null : done.finishReason().wire());
    switch (done.outcome()) {
      case ENDED -> {}
      case FAILED -> {
        values.put("failureCode", FinishRow.failureCode(done).wire());
        values.put("failureMessage", FinishRow.failureMessage(done));
      }
      case CANCELLED -> throw new IllegalArgumentException("an attempt can't cancel its turn");
    }
  }

  /**
   * An answer to be saved.
   *
   * @param message null where nothing was said
   */
  private record Text(
      TurnId turn,
      @Nullable MessageId message,
      List<Part> parts,
      String text,
      @Nullable EntryId last,
      boolean partialLost) {

    /** A turn that ended well has an answer, though it may be empty. */
    static Text of(Ending.ByAttempt end) {
      List<Part> parts = AnswerParts.of(end.answer());
      boolean said = !parts.isEmpty() || end.outcome().outcome() == Outcome.ENDED;
      MessageId message = said ? MessageId.make() : null;
      return new Text(end.turn(), message, parts, end.answer().text(), end.last(), false);
    }
  }
}
