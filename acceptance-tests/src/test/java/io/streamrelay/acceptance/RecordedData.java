package io.streamrelay.acceptance;

import io.streamrelay.quickstart.EmbeddedPostgreSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.RestoreParams;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a version left in both stores, and what its readers had, as one file.
 *
 * @param version for people: which one wrote it
 * @param schema of PostgreSQL then
 * @param takenAt of PostgreSQL's clock; all times are moved on when it is put back
 * @param key of the caller whose it all is, good with {@link #PEPPER}
 * @param tables rows as JSON, by table
 * @param redis what DUMP gave, by key
 * @param turns what was read of each, by session
 */
record RecordedData(
    String version,
    int schema,
    String takenAt,
    String key,
    Map<String, String> tables,
    Map<String, String> redis,
    Map<String, Turn> turns) {
  static final String PEPPER = "a pepper of the recorded versions' keys";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** In an order in which rows find those they refer to. */
  private static final List<String> TABLES =
      List.of("api_keys", "sessions", "turns", "attempts", "messages");

  private static final long KEPT_MILLIS = 3_600_000;

  /**
   * A turn when its version was taken away.
   *
   * @param events what a reader had of it, maybe not all
   */
  record Turn(String id, String question, String model, List<Reading.Event> events) {
    Reading reading() {
      Reading reading = new Reading();
      events.forEach(reading::add);
      return reading;
    }
  }

  static RecordedData read(Path file) throws IOException {
    return JSON.readValue(Files.readString(file), RecordedData.class);
  }

  void write(Path file) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(this) + "\n");
  }

  static RecordedData take(
      String version, String key, EmbeddedPostgreSql postgres, Jedis redis, Map<String, Turn> turns)
      throws SQLException {
    try (Connection database = connect(postgres);
        Statement statement = database.createStatement()) {
      Map<String, String> tables = new LinkedHashMap<>();
      for (String table : TABLES) {
        tables.put(
            table,
            text(
                statement,
                "SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM %s t".formatted(table)));
      }
      Map<String, String> dumps = new TreeMap<>();
      for (String name : redis.keys("*")) {
        dumps.put(name, Base64.getEncoder().encodeToString(redis.dump(name)));
      }
      String schema =
          text(statement, "SELECT max(version::integer) FROM flyway_schema_history WHERE success");
      return new RecordedData(
          version,
          Integer.parseInt(schema),
          text(statement, "SELECT now()"),
          key,
          tables,
          dumps,
          turns);
    }
  }

  /** Into stores that are empty. */
  void put(EmbeddedPostgreSql postgres, Jedis redis) throws SQLException {
    Flyway.configure()
        .dataSource(postgres.jdbcUrl(), postgres.username(), postgres.password())
        .target(Integer.toString(schema))
        .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
        .load()
        .migrate();
    try (Connection database = connect(postgres)) {
      putRows(database);
    }
    RestoreParams params = RestoreParams.restoreParams();
    this.redis.forEach((name, dump) -> {
      long kept = name.startsWith("jobs:") ? 0 : KEPT_MILLIS;
      redis.restore(name, kept, Base64.getDecoder().decode(dump), params);
    });
  }

  /** Into tables that are empty, of this schema or a later one. */
  void putRows(Connection database) throws SQLException {
    for (String table : TABLES) {
      insert(database, table);
      moveTimesOn(database, table);
    }
  }

  private void insert(Connection database, String table) throws SQLException {
    String into =
        "INSERT INTO %1$s SELECT * FROM jsonb_populate_recordset(NULL::%1$s, ?::jsonb)"
            .formatted(table);
    try (PreparedStatement insert = database.prepareStatement(into)) {
      insert.setString(1, tables.get(table));
      insert.executeUpdate();
    }
  }

  /** As if it had been taken just now: deadlines are yet to come. */
  private void moveTimesOn(Connection database, String table) throws SQLException {
    try (Statement statement = database.createStatement()) {
      String set =
          text(
              statement,
              """
              SELECT string_agg(format('%%1$I = %%1$I + (now() - timestamptz %%2$L)', column_name, '%s'), ', ')
              FROM information_schema.columns
              WHERE table_name = '%s' AND data_type = 'timestamp with time zone'
              """
                  .formatted(takenAt, table));
      statement.executeUpdate("UPDATE %s SET %s".formatted(table, set));
    }
  }

  private static String text(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static Connection connect(EmbeddedPostgreSql postgres) throws SQLException {
    return DriverManager.getConnection(
        postgres.jdbcUrl(), postgres.username(), postgres.password());
  }
}
