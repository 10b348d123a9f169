package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.trace.Traceparent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What the sweeper looks for, each by an index that holds little else. Thread-safe. */
final class PostgresSweepStore implements SweepStore {
  private static final String DUE =
      """
      SELECT id, owner, session, request ->> 'lane' AS lane, traceparent FROM turns
      WHERE ended_at IS NULL AND status IN ('accepted', 'running')
        AND accepted_at <= now() - :millis * interval '1 ms'
        AND (not_before IS NULL OR not_before <= now())
      ORDER BY accepted_at LIMIT :atMost
      """;

  private static final String OVERDUE =
      """
      SELECT id FROM turns
      WHERE ended_at IS NULL AND deadline < now()
      ORDER BY deadline LIMIT :atMost
      """;

  private static final String UNSAVED =
      """
      SELECT id FROM turns
      WHERE saved_at IS NULL AND ended_at IS NOT NULL
      ORDER BY ended_at LIMIT :atMost
      """;

  private static final String CLOSED =
      """
      SELECT id, owner, session, final_epoch FROM turns
      WHERE settled_at >= now() - :millis * interval '1 ms'
      ORDER BY settled_at DESC LIMIT :atMost
      """;

  /** A count of a long table takes long. */
  private static final String OUTBOX =
      """
      SELECT
        (SELECT count(*) FROM (SELECT 1 FROM outbox LIMIT 100000) AS counted) AS count,
        (SELECT extract(epoch FROM now() - created_at) * 1000 FROM outbox ORDER BY id LIMIT 1)
          AS millis
      """;

  private final PostgresTransactions transactions;
  private final PostgresPromotion promotion;
  private final AdvisoryLock lock;

  PostgresSweepStore(PostgresTransactions transactions, DataSource dataSource) {
    this.transactions = transactions;
    this.promotion = new PostgresPromotion(transactions);
    this.lock = new AdvisoryLock(dataSource, "io.streamrelay.sweeper");
  }

  @Override
  public <T> @Nullable T alone(Supplier<T> work) {
    return lock.with(work);
  }

  @Override
  public List<Job> due(Duration age, int atMost) {
    return transactions.alone(jdbc ->
        jdbc.sql(DUE)
            .param("millis", age.toMillis())
            .param("atMost", atMost)
            .query((row, number) -> job(row))
            .list());
  }

  private static Job job(ResultSet row) throws SQLException {
    TurnId turn = new TurnId(StoredTurnRow.uuid(row, "id"));
    return new Job(
        turn,
        StoredTurnRow.session(row),
        Lane.of(row.getString("lane")),
        Traceparent.read(row.getString("traceparent")));
  }

  @Override
  public List<TurnId> overdue(int atMost) {
    return turns(OVERDUE, atMost);
  }

  @Override
  public List<TurnId> unsaved(int atMost) {
    return turns(UNSAVED, atMost);
  }

  private List<TurnId> turns(String sql, int atMost) {
    return transactions.alone(jdbc ->
        jdbc.sql(sql)
            .param("atMost", atMost)
            .query((row, number) -> new TurnId(StoredTurnRow.uuid(row, "id")))
            .list());
  }

  @Override
  public List<Closed> closedWithin(Duration age, int atMost) {
    return transactions.alone(jdbc ->
        jdbc.sql(CLOSED)
            .param("millis", age.toMillis())
            .param("atMost", atMost)
            .query((row, number) -> closed(row))
            .list());
  }

  private static Closed closed(ResultSet row) throws SQLException {
    TurnId turn = new TurnId(StoredTurnRow.uuid(row, "id"));
    return new Closed(turn, StoredTurnRow.session(row), row.getLong("final_epoch"));
  }

  @Override
  public int promote(int atMost) {
    return promotion.promote(atMost);
  }

  @Override
  public Outbox outbox() {
    return transactions.alone(jdbc ->
        jdbc.sql(OUTBOX)
            .query((row, number) ->
                new Outbox(
                    row.getLong("count"), Duration.ofMillis(Math.max(0, row.getLong("millis")))))
            .single());
  }
}
