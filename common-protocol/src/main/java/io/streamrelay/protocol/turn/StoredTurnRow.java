package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.trace.Traceparent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads turns with their messages and attempts. */
final class StoredTurnRow {
  private static final String COLUMNS =
      """
      t.id, t.owner, t.session, t.status, t.request ->> 'model' AS model,
             t.request ->> 'metadata' AS metadata, t.user_message,
             t.answer_message, t.user_epoch, t.epoch, t.final_epoch, t.last_id, t.chunk_borders, t.attempt, t.worker,
             t.failure_code, t.failure_message, t.finish_reason, t.cancelled_by, t.cancel_reason,
             t.partial_lost, t.text_length, t.text_sha256, t.created_at, t.started_at, t.ended_at,
             t.saved_at, t.deadline, t.traceparent, question.parts AS user_parts, answer.parts AS answer_parts,
             (SELECT jsonb_agg(jsonb_build_object(
                         'number', number, 'epoch', epoch, 'worker', worker, 'provider', provider,
                         'model', model, 'usage', usage, 'outcome', outcome,
                         'startedAt', started_at, 'firstChunkAt', first_chunk_at,
                         'endedAt', ended_at, 'warnings', warnings)
                       ORDER BY epoch)
              FROM attempts WHERE turn = t.id) AS attempts
      FROM turns t
      JOIN messages question ON question.id = t.user_message
      LEFT JOIN messages answer ON answer.id = t.answer_message
      """;

  /** Without WHERE; {@code t} is the turn. */
  static final String SELECT = select("");

  private StoredTurnRow() {}

  /**
   * Likewise.
   *
   * @param more columns, each followed by a comma
   */
  static String select(String more) {
    return "SELECT " + more + COLUMNS;
  }

  static StoredTurn read(ResultSet row, int number) throws SQLException {
    String last = row.getString("last_id");
    byte[] borders = row.getBytes("chunk_borders");
    return new StoredTurn(
        view(row),
        TurnJson.parts(row.getString("user_parts")),
        epoch(row, "epoch"),
        epoch(row, "final_epoch"),
        last == null ? null : EntryId.parse(last),
        borders == null ? null : ChunkBorders.read(borders),
        row.getInt("attempt"),
        row.getString("worker"));
  }

  private static TurnView view(ResultSet row) throws SQLException {
    List<TurnView.Attempt> attempts = TurnJson.attempts(row.getString("attempts"));
    String answer = row.getString("answer_parts");
    String failure = row.getString("failure_code");
    String finish = row.getString("finish_reason");
    UUID answerMessage = row.getObject("answer_message", UUID.class);
    return new TurnView(
        session(row),
        new TurnId(uuid(row, "id")),
        TurnStatus.of(row.getString("status")),
        row.getString("model"),
        TurnJson.metadata(row.getString("metadata")),
        epoch(row, "user_epoch"),
        new MessageId(uuid(row, "user_message")),
        answerMessage == null ? null : new MessageId(answerMessage),
        answer == null ? null : TurnJson.parts(answer),
        attempts,
        sum(attempts),
        finish == null ? null : FinishReason.of(finish),
        failure == null ? null : FailureCode.of(failure),
        row.getString("failure_message"),
        row.getString("cancelled_by"),
        row.getString("cancel_reason"),
        row.getBoolean("partial_lost"),
        row.getObject("text_length", Integer.class),
        row.getString("text_sha256"),
        instant(row, "created_at"),
        instantOrNull(row, "started_at"),
        instantOrNull(row, "ended_at"),
        instantOrNull(row, "saved_at"),
        instant(row, "deadline"),
        Traceparent.read(row.getString("traceparent")));
  }

  /** From the columns {@code owner} and {@code session}. */
  static SessionKey session(ResultSet row) throws SQLException {
    return new SessionKey(
        new Owner(row.getString("owner")), new SessionId(row.getString("session")));
  }

  static UUID uuid(ResultSet row, String column) throws SQLException {
    return Objects.requireNonNull(row.getObject(column, UUID.class), column);
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return Objects.requireNonNull(instantOrNull(row, column), column);
  }

  static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
    OffsetDateTime then = row.getObject(column, OffsetDateTime.class);
    return then == null ? null : then.toInstant();
  }

  private static @Nullable Long epoch(ResultSet row, String column) throws SQLException {
    return row.getObject(column, Long.class);
  }

  private static @Nullable Usage sum(List<TurnView.Attempt> attempts) {
    Usage sum = null;
    for (TurnView.Attempt attempt : attempts) {
      Usage usage = attempt.usage();
      sum = sum == null ? usage : usage == null ? sum : sum.plus(usage);
    }
    return sum;
  }
}
