package io.streamrelay.protocol.turn;

import static io.streamrelay.protocol.turn.PostgresTransactions.nullable;

import io.streamrelay.protocol.event.TurnId;
import java.sql.Types;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of attempts. Once an answer counts, the row of its attempt stays as it is: the terminal
 * event is made from it. Thread-safe.
 */
final class PostgresAttempts {
  /**
   * The worker's time since its claim is told by a clock that only goes forward; PostgreSQL's may
   * have been set back meanwhile, and nothing comes after the end.
   */
  static final String NOTE =
      """
      UPDATE attempts
      SET provider = coalesce(CAST(:provider AS text), provider),
          model = coalesce(CAST(:model AS text), model),
          usage = coalesce(CAST(:usage AS jsonb), usage),
          first_chunk_at = coalesce(
            first_chunk_at,
            least(started_at + CAST(:firstChunkMicros AS bigint) * interval '1 us', now())),
          warnings = coalesce(CAST(:warnings AS jsonb), warnings),
          outcome = :outcome, ended_at = coalesce(ended_at, now())
      """;

  private static final String RECORD =
      NOTE + "WHERE turn = :turn AND epoch = :epoch AND outcome IS DISTINCT FROM 'ended'";

  private static final String NOTE_RESUME_POINT =
      """
      UPDATE attempts SET provider = :provider, model = :model, response = :response
      WHERE turn = :turn AND epoch = :epoch AND outcome IS DISTINCT FROM 'ended'
      """;

  private static final String RESUME_POINT =
      """
      SELECT provider, model, response FROM attempts
      WHERE turn = :turn AND response IS NOT NULL
      ORDER BY epoch DESC LIMIT 1
      """;

  private final PostgresTransactions transactions;

  PostgresAttempts(PostgresTransactions transactions) {
    this.transactions = transactions;
  }

  void record(TurnId turn, long epoch, AttemptRecord record) {
    Map<String, @Nullable Object> values = new HashMap<>();
    put(values, record);
    values.put("turn", turn.value());
    values.put("epoch", epoch);
    transactions.alone(jdbc -> jdbc.sql(RECORD).params(values).update());
  }

  void noteResumePoint(TurnId turn, long epoch, ResumePoint at) {
    transactions.alone(jdbc ->
        jdbc.sql(NOTE_RESUME_POINT)
            .param("provider", at.provider())
            .param("model", at.model())
            .param("response", at.response())
            .param("turn", turn.value())
            .param("epoch", epoch)
            .update());
  }

  @Nullable ResumePoint resumePoint(TurnId turn) {
    return transactions.alone(jdbc ->
        jdbc.sql(RESUME_POINT)
            .param("turn", turn.value())
            .query((row, number) ->
                new ResumePoint(
                    row.getString("provider"), row.getString("model"), row.getString("response")))
            .optional()
            .orElse(null));
  }

  /** What {@link #NOTE} says. */
  static void put(Map<String, @Nullable Object> values, AttemptRecord record) {
    Duration firstChunk = record.firstChunkAfter();
    values.put("provider", nullable(Types.VARCHAR, record.provider()));
    values.put("model", nullable(Types.VARCHAR, record.model()));
    values.put("usage", nullable(Types.VARCHAR, TurnJson.write(record.usage())));
    values.put(
        "firstChunkMicros",
        nullable(Types.BIGINT, firstChunk == null ? null : firstChunk.toNanos() / 1000));
    values.put("warnings", nullable(Types.VARCHAR, TurnJson.warnings(record.warnings())));
    values.put("outcome", record.outcome());
  }
}
