package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The rows of attempts. Once an answer counts, the row of its attempt stays as it is: the terminal
 * event is made from it. Thread-safe.
 */
final class PostgresAttempts {
  private static final String RECORD =
      """
      UPDATE attempts
      SET provider = coalesce(CAST(:provider AS text), provider),
          model = coalesce(CAST(:model AS text), model),
          usage = coalesce(CAST(:usage AS jsonb), usage),
          outcome = :outcome, ended_at = coalesce(ended_at, now())
      WHERE turn = :turn AND epoch = :epoch
      """;

  private static final String NOT_COUNTED = " AND outcome IS DISTINCT FROM 'ended'";

  private static final String FIRST_CHUNK =
      """
      UPDATE attempts SET first_chunk_at = now()
      WHERE turn = :turn AND epoch = :epoch AND first_chunk_at IS NULL
      """;

  private final PostgresTransactions transactions;

  PostgresAttempts(PostgresTransactions transactions) {
    this.transactions = transactions;
  }

  void firstChunk(TurnId turn, long epoch) {
    transactions.alone(jdbc -> at(jdbc.sql(FIRST_CHUNK + NOT_COUNTED), turn, epoch).update());
  }

  void record(TurnId turn, long epoch, AttemptRecord record) {
    transactions.alone(
        jdbc -> filled(at(jdbc.sql(RECORD + NOT_COUNTED), turn, epoch), record).update());
  }

  /** In the transaction in progress, which ends the turn with this attempt's answer. */
  void count(TurnId turn, long epoch, AttemptRecord record) {
    filled(at(transactions.sql(RECORD), turn, epoch), record).update();
  }

  private static JdbcClient.StatementSpec at(
      JdbcClient.StatementSpec statement, TurnId turn, long epoch) {
    return statement.param("turn", turn.value()).param("epoch", epoch);
  }

  private static JdbcClient.StatementSpec filled(
      JdbcClient.StatementSpec statement, AttemptRecord record) {
    return statement
        .param("provider", record.provider())
        .param("model", record.model())
        .param("usage", TurnJson.write(record.usage()))
        .param("outcome", record.outcome());
  }
}
