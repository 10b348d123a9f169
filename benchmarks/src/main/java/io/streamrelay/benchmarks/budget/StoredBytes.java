package io.streamrelay.benchmarks.budget;

import io.streamrelay.quickstart.EmbeddedPostgreSql;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;

/** What the bed's stores say of how much they hold. Not thread-safe. */
final class StoredBytes implements AutoCloseable {
  private static final String GROWING = "'sessions', 'turns', 'messages', 'attempts'";

  private final Jedis redis;
  private final Connection postgreSql;

  /**
   * Of the tables that grow by turns, in bytes.
   *
   * @param all indexes and what is kept beside the tables included
   */
  record Tables(long all, long indexes) {}

  StoredBytes(Bed bed) throws SQLException {
    EmbeddedPostgreSql server = bed.postgreSql();
    redis = new Jedis("127.0.0.1", bed.redis().port());
    postgreSql =
        DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
  }

  /** Bytes of Redis' memory, without the buffers of its connections and of its file. */
  long redis() {
    return memory("used_memory") - memory("mem_clients_normal") - memory("mem_aof_buffer");
  }

  private long memory(String field) {
    return redis
        .info("memory")
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .mapToLong(line -> Long.parseLong(line.substring(field.length() + 1).strip()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Redis says nothing of " + field));
  }

  /** Blocks until no session stream is left. */
  void awaitExpired(Duration retention) throws Exception {
    Waiting.until(
        "session streams expired",
        retention.multipliedBy(2),
        () -> redis.keys("{user:*").isEmpty()); // looking at a key that expired removes it
  }

  Tables tables() throws SQLException {
    List<Long> sizes =
        numbers(
            """
            SELECT sum(pg_total_relation_size(oid)), sum(pg_indexes_size(oid))
            FROM pg_class WHERE relkind = 'r' AND relname IN (%s)
            """
                .formatted(GROWING));
    return new Tables(sizes.get(0), sizes.get(1));
  }

  /** As autovacuum does in its time, so that room that is free again is counted once. */
  void vacuum() throws SQLException {
    try (Statement statement = postgreSql.createStatement()) {
      statement.execute("VACUUM");
    }
  }

  /** Bytes that were ever written ahead. */
  long log() throws SQLException {
    return numbers("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')").getFirst();
  }

  /** Turns that run or whose text isn't saved. */
  long unsettled() throws SQLException {
    return numbers("SELECT count(*) FROM turns WHERE ended_at IS NULL OR saved_at IS NULL")
        .getFirst();
  }

  /** Of the newest answers, on average. */
  double characters() throws SQLException {
    return numbers(
            """
            SELECT avg(text_length) FROM
              (SELECT text_length FROM turns ORDER BY id DESC LIMIT 200) newest
            """)
        .getFirst();
  }

  private List<Long> numbers(String query) throws SQLException {
    try (Statement statement = postgreSql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      List<Long> numbers = new ArrayList<>();
      for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
        numbers.add(row.getLong(i));
      }
      return numbers;
    }
  }

  @Override
  public void close() throws SQLException {
    redis.close();
    postgreSql.close();
  }
}
