package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is kept no longer in PostgreSQL, each by an index that holds little else. Thread-safe. */
final class PostgresRetentionStore implements RetentionStore {
  private static final String DELETE_IDLE =
      """
      UPDATE sessions s
      SET deleted_through = s.turn_count, deleted_epoch = s.epoch, title = NULL,
          remove_after = now() + :grace * interval '1 ms'
      FROM (
        SELECT owner, id FROM sessions idle
        WHERE updated_at < now() - :millis * interval '1 ms' AND turn_count - deleted_through > 0
          AND NOT EXISTS (
            SELECT FROM turns t
            WHERE t.owner = idle.owner AND t.session = idle.id AND t.final_epoch IS NULL
              AND t.status IN ('waiting', 'accepted', 'running'))
        ORDER BY updated_at LIMIT :atMost
        FOR NO KEY UPDATE SKIP LOCKED
      ) idle
      WHERE s.owner = idle.owner AND s.id = idle.id
      """;

  private static final String DELETE_UNSTORED =
      """
      WITH due AS (
        SELECT s.owner, s.id
        FROM unstored_sessions u JOIN sessions s ON s.owner = u.owner AND s.id = u.id
        WHERE u.made_at < now() - :millis * interval '1 ms'
          AND NOT EXISTS (
            SELECT FROM turns t
            WHERE t.owner = s.owner AND t.session = s.id AND t.place > s.deleted_through
              AND (t.ended_at IS NULL OR t.ended_at >= now() - :millis * interval '1 ms'))
        ORDER BY u.made_at LIMIT :atMost
        FOR NO KEY UPDATE OF s SKIP LOCKED
      ), forgotten AS (
        DELETE FROM unstored_sessions u USING due WHERE u.owner = due.owner AND u.id = due.id
      )
      UPDATE sessions s
      SET deleted_through = s.turn_count, deleted_epoch = s.epoch, title = NULL,
          remove_after = now() + :grace * interval '1 ms'
      FROM due
      WHERE s.owner = due.owner AND s.id = due.id AND s.turn_count - s.deleted_through > 0
      """;

  private static final String REMOVABLE =
      """
      SELECT owner, id AS session, deleted_epoch FROM sessions s
      WHERE remove_after <= now()
        AND (remove_after <= now() - interval '1 hour' OR NOT EXISTS (
          SELECT FROM turns t
          WHERE t.owner = s.owner AND t.session = s.id AND t.place <= s.deleted_through
            AND t.saved_at IS NULL AND t.ended_at IS NOT NULL))
      ORDER BY remove_after LIMIT :atMost
      """;

  private static final String LOCK =
      """
      SELECT deleted_through FROM sessions
      WHERE owner = :owner AND id = :session AND remove_after <= now()
      FOR NO KEY UPDATE
      """;

  /** Messages and attempts go with their turns. */
  private static final String REMOVE =
      """
      WITH removed AS (
        DELETE FROM turns WHERE id IN (
          SELECT id FROM turns
          WHERE owner = :owner AND session = :session AND place <= :through
          ORDER BY place LIMIT :atMost)
        RETURNING id
      ), unsent AS (
        DELETE FROM outbox WHERE turn IN (SELECT id FROM removed)
      )
      SELECT count(*) FROM removed
      """;

  private static final String DONE =
      "UPDATE sessions SET remove_after = NULL WHERE owner = :owner AND id = :session";

  private final PostgresTransactions transactions;
  private final AdvisoryLock lock;

  PostgresRetentionStore(PostgresTransactions transactions, DataSource dataSource) {
    this.transactions = transactions;
    this.lock = new AdvisoryLock(dataSource, "io.streamrelay.retention");
  }

  @Override
  public <T> @Nullable T alone(Supplier<T> work) {
    return lock.with(work);
  }

  @Override
  public int deleteIdle(Duration age, int atMost) {
    return delete(DELETE_IDLE, age, atMost);
  }

  @Override
  public int deleteUnstored(Duration age, int atMost) {
    return delete(DELETE_UNSTORED, age, atMost);
  }

  private int delete(String sql, Duration age, int atMost) {
    return transactions.alone(jdbc ->
        jdbc.sql(sql)
            .param("grace", SessionStore.GRACE.toMillis())
            .param("millis", age.toMillis())
            .param("atMost", atMost)
            .update());
  }

  @Override
  public List<Removable> removable(int atMost) {
    return transactions.alone(jdbc ->
        jdbc.sql(REMOVABLE)
            .param("atMost", atMost)
            .query((row, number) ->
                new Removable(StoredTurnRow.session(row), row.getLong("deleted_epoch")))
            .list());
  }

  @Override
  public int remove(SessionKey session, int atMost) {
    return transactions.together(status -> {
      Integer through = of(session, LOCK).query(Integer.class).optional().orElse(null);
      if (through == null) {
        return 0;
      }
      int removed =
          of(session, REMOVE)
              .param("through", through)
              .param("atMost", atMost)
              .query(Integer.class)
              .single();
      if (removed < atMost) {
        of(session, DONE).update();
      }
      return removed;
    });
  }

  private JdbcClient.StatementSpec of(SessionKey session, String sql) {
    return transactions
        .sql(sql)
        .param("owner", session.owner().id())
        .param("session", session.session().value());
  }
}
