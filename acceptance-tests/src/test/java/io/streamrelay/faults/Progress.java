package io.streamrelay.faults;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;

/** How far a system's turns are, as its stores tell past all proxies. Thread-safe. */
final class Progress {
  private final FaultySystem system;

  Progress(FaultySystem system) {
    this.system = system;
  }

  /** Blocks until so many turns have said something and have not ended. */
  void awaitSpeaking(int turns) {
    await(turns + " turns speak")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> speaking() >= turns);
  }

  /** How long it takes until no turn is active or unsaved any more. */
  Duration awaitAllEnded() {
    long began = System.nanoTime();
    await("all turns ended")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> count("SELECT count(*) FROM turns WHERE saved_at IS NULL") == 0);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** Blocks until the session stream has the terminal of the turn that was submitted last. */
  void awaitNewestTurnClosed() {
    await("the newest turn's stream is closed")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(this::isNewestTurnClosed);
  }

  private boolean isNewestTurnClosed() throws SQLException {
    try (Connection database = system.database();
        var query = database.createStatement();
        var row =
            query.executeQuery(
                """
                SELECT owner, session, final_epoch FROM turns ORDER BY created_at DESC LIMIT 1
                """);
        Jedis jedis = system.jedis()) {
      return row.next()
          && row.getLong(3) > 0
          && !jedis
              .xrange(
                  "{user:%s:chat:%s}".formatted(row.getString(1), row.getString(2)),
                  row.getLong(3) + "-0",
                  "+")
              .isEmpty();
    }
  }

  /** The live worker that runs that turn's attempt; null: none. */
  Node holder(String turn, int attempt) throws SQLException {
    try (Connection database = system.database();
        var query =
            database.prepareStatement(
                """
                SELECT worker FROM turns WHERE id = ?::uuid AND attempt = ? AND status = 'running'
                """)) {
      query.setString(1, turn);
      query.setInt(2, attempt);
      try (var row = query.executeQuery()) {
        String name = row.next() ? row.getString(1) : "";
        return system.workers().stream()
            .filter(worker -> name.equals(worker.name()) && worker.process().isAlive())
            .findFirst()
            .orElse(null);
      }
    }
  }

  /** How often the turn that was submitted last was claimed. */
  long claimsOfNewestTurn() throws SQLException {
    return count(
        """
        SELECT count(*) FROM attempts
        WHERE turn = (SELECT id FROM turns ORDER BY created_at DESC LIMIT 1)
        """);
  }

  /** What a query says that gives one number. */
  long count(String sql) throws SQLException {
    try (Connection database = system.database();
        var query = database.createStatement();
        var row = query.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private long speaking() throws SQLException {
    try (Jedis jedis = system.jedis()) {
      return running().stream().filter(stream -> jedis.xlen(stream) >= 4).count();
    }
  }

  /** Session streams of the turns that run. */
  private List<String> running() throws SQLException {
    List<String> streams = new ArrayList<>();
    try (Connection database = system.database();
        var query = database.createStatement();
        var rows =
            query.executeQuery("SELECT owner, session FROM turns WHERE status = 'running'")) {
      while (rows.next()) {
        streams.add("{user:%s:chat:%s}".formatted(rows.getString(1), rows.getString(2)));
      }
    }
    return streams;
  }

  /** How long it takes until one more entry is in the streams of the turns that run. */
  Duration awaitGrowth() throws SQLException {
    long began = System.nanoTime();
    List<String> streams = running();
    long before = entries(streams);
    await("the streams grow")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> entries(streams) > before);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private long entries(List<String> streams) {
    try (Jedis jedis = system.jedis()) {
      return streams.stream().mapToLong(jedis::xlen).sum();
    }
  }
}
