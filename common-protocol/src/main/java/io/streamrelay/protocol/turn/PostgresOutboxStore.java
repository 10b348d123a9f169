package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Takes rows of the outbox by moving their {@code not_before}: no transaction, and no connection,
 * lasts as long as a delivery. Thread-safe.
 */
final class PostgresOutboxStore implements OutboxStore {
  /**
   * The session's oldest row is asked for by a subquery that can't become a join, so that the table
   * is read along its index until there are enough, however long it is. Nothing is less than the
   * least; {@code =} would have the planner expect a single row, and read them all.
   */
  static final String TAKE =
      """
      WITH heads AS (
        SELECT o.id FROM outbox o
        WHERE o.destination = :destination AND (o.not_before IS NULL OR o.not_before <= now())
          AND o.id <= (SELECT min(e.id) FROM outbox e
                       WHERE e.destination = o.destination AND e.session = o.session
                         AND e.owner = o.owner)
        ORDER BY o.id LIMIT :atMost
        FOR UPDATE OF o SKIP LOCKED
      ), taken AS (
        UPDATE outbox SET not_before = now() + :millis * interval '1 ms'
        FROM heads WHERE outbox.id = heads.id
        RETURNING outbox.*
      )
      SELECT id, turn, owner, session, event ->> 'type' AS type, event, created_at, attempts,
             extract(epoch FROM now() - created_at) * 1000 AS age
      FROM taken ORDER BY id
      """;

  private static final String REMOVE = "DELETE FROM outbox WHERE id IN (:ids)";

  private static final String PUT_OFF =
      """
      UPDATE outbox SET attempts = attempts + 1, not_before = now() + :millis * interval '1 ms'
      WHERE id = :id
      """;

  private final PostgresTransactions transactions;

  PostgresOutboxStore(PostgresTransactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public List<Row> take(String destination, int atMost, Duration lease) {
    return transactions.alone(jdbc ->
        jdbc.sql(TAKE)
            .param("destination", destination)
            .param("atMost", atMost)
            .param("millis", lease.toMillis())
            .query((row, number) -> row(row))
            .list());
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getLong("id"),
        new TurnId(StoredTurnRow.uuid(row, "turn")),
        StoredTurnRow.session(row),
        row.getString("type"),
        row.getString("event"),
        StoredTurnRow.instant(row, "created_at"),
        Duration.ofMillis(Math.max(0, row.getLong("age"))),
        row.getInt("attempts"));
  }

  @Override
  public void remove(Collection<Row> rows) {
    if (!rows.isEmpty()) {
      List<Long> ids = rows.stream().map(Row::id).toList();
      transactions.alone(jdbc -> jdbc.sql(REMOVE).param("ids", ids).update());
    }
  }

  @Override
  public void putOff(Row row, Duration delay) {
    transactions.alone(
        jdbc -> jdbc.sql(PUT_OFF).param("id", row.id()).param("millis", delay.toMillis()).update());
  }
}
