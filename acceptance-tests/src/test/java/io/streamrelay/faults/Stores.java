package io.streamrelay.faults;

import static org.awaitility.Awaitility.await;

import io.streamrelay.faults.StoredTurn.StoredEntry;
import io.streamrelay.protocol.event.EntryId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.core.ConditionTimeoutException;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.StreamEntry;
import redis.clients.jedis.resps.StreamGroupInfo;

/** What the stores have, read past all proxies. Not thread-safe. */
final class Stores {
  private static final Duration TO_SETTLE = Duration.ofSeconds(20);
  private static final List<String> LANES = List.of("jobs:interactive", "jobs:batch");
  private static final int MOST_TOLD = 5;
  private static final String TURN =
      """
      SELECT t.owner, t.session, t.status, t.saved_at IS NOT NULL, t.user_epoch, t.final_epoch,
             t.attempt, (SELECT count(*) FROM attempts a WHERE a.turn = t.id), t.text_length,
             t.text_sha256,
             coalesce((SELECT string_agg(part ->> 'text', '' ORDER BY place)
                       FROM messages m,
                            jsonb_array_elements(m.parts) WITH ORDINALITY AS parts (part, place)
                       WHERE m.id = t.answer_message AND part ->> 'type' = 'text'), ''),
             t.place >= s.turn_count - 1
      FROM turns t JOIN sessions s ON s.owner = t.owner AND s.id = t.session
      WHERE t.id = ?::uuid
      """;

  private final FaultySystem system;

  Stores(FaultySystem system) {
    this.system = system;
  }

  /**
   * @param question the turn's message
   * @param model of demo, with its knobs
   */
  StoredTurn read(String turn, String question, String model) throws SQLException {
    try (Connection database = system.database();
        PreparedStatement query = database.prepareStatement(TURN);
        Jedis jedis = system.jedis()) {
      query.setString(1, turn);
      ResultSet row = query.executeQuery();
      if (!row.next()) {
        throw new AssertionError("an accepted turn is not in PostgreSQL: " + turn);
      }
      String stream = "{user:%s:chat:%s}".formatted(row.getString(1), row.getString(2));
      long userEpoch = row.getLong(5);
      long finalEpoch = row.getLong(6);
      return new StoredTurn(
          turn,
          question,
          model,
          row.getString(3),
          row.getBoolean(4),
          userEpoch,
          finalEpoch,
          row.getInt(7),
          row.getInt(8),
          row.getObject(9, Integer.class),
          row.getString(10),
          row.getString(11),
          row.getBoolean(12),
          finalEpoch == 0 ? List.of() : entries(jedis, stream, userEpoch, finalEpoch));
    }
  }

  private static List<StoredEntry> entries(Jedis jedis, String stream, long first, long last) {
    List<StoredEntry> entries = new ArrayList<>();
    for (StreamEntry entry :
        jedis.xrange(
            stream,
            new StreamEntryID(first, 0),
            new StreamEntryID(last, Long.MAX_VALUE),
            Integer.MAX_VALUE)) {
      entries.add(
          new StoredEntry(
              EntryId.parse(entry.getID().toString()),
              Objects.requireNonNull(entry.getFields().get("t")),
              entry.getFields().getOrDefault("d", "")));
    }
    return entries;
  }

  /**
   * Waits for a while until nothing is left over.
   *
   * @return what is left over all the same, a sentence each
   */
  List<String> leftovers() {
    try {
      await()
          .atMost(TO_SETTLE)
          .pollInterval(Duration.ofMillis(200))
          .until(() -> leftoversNow().isEmpty());
    } catch (ConditionTimeoutException e) {
      // told below
    }
    try {
      return leftoversNow();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> leftoversNow() throws SQLException {
    List<String> left = new ArrayList<>();
    try (Connection database = system.database();
        var statement = database.createStatement();
        var row =
            statement.executeQuery(
                """
                SELECT count(*) FROM turns
                WHERE ended_at IS NULL OR saved_at IS NULL
                   OR (final_epoch IS NOT NULL AND settled_at IS NULL)
                """)) {
      row.next();
      if (row.getInt(1) > 0) {
        left.add(row.getInt(1) + " turns are not ended and saved");
      }
    }
    try (Jedis jedis = system.jedis()) {
      for (String lane : LANES) {
        if (jedis.exists(lane)) {
          jobs(jedis, lane, left);
        }
      }
      for (String key : jedis.scan("0", new ScanParams().count(1_000_000)).getResult()) {
        if (!key.startsWith("jobs:") && jedis.pttl(key) == -1) {
          left.add("key " + key + " never expires");
        }
      }
    }
    return left;
  }

  /** What Redis has used of processors since it started. */
  double redisCpuSeconds() {
    try (Jedis jedis = system.jedis()) {
      return jedis
          .info("cpu")
          .lines()
          .filter(line -> line.matches("used_cpu_(sys|user):.*"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
          .sum();
    }
  }

  private static void jobs(Jedis jedis, String lane, List<String> left) {
    long jobs = jedis.xlen(lane);
    if (jobs > 0) {
      left.add(
          "%d jobs are left in %s: %s, of %s"
              .formatted(
                  jobs,
                  lane,
                  jedis.xrange(lane, "-", "+", MOST_TOLD),
                  jedis.xinfoGroups(lane).stream().map(StreamGroupInfo::getGroupInfo).toList()));
    }
    boolean hasGroup = !jedis.xinfoGroups(lane).isEmpty();
    long pending = hasGroup ? jedis.xpending(lane, "relay-workers").getTotal() : 0;
    if (pending > 0) {
      left.add(pending + " entries are pending in " + lane);
    }
  }
}
