package io.streamrelay.gateway.doctor;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one PostgreSQL says of itself.
 *
 * @param settings of {@code pg_settings}, as a session without options of its own has them
 * @param encoding of the database
 * @param replica whether it is in recovery
 * @param open connections of everybody
 * @param ours connections of gateways and workers, as far as this user sees them
 * @param oldest seconds that the oldest transaction runs, as far as this user sees
 * @param dead dead rows of the largest table by them, and {@code live} the live ones
 * @param table that one; null: there is none yet
 */
record PostgresFacts(
    Map<String, String> settings,
    String encoding,
    boolean replica,
    long open,
    long ours,
    long oldest,
    @Nullable String table,
    long dead,
    long live) {
  private static final String SETTINGS = "SELECT name, setting FROM pg_settings";

  private static final String STATE =
      """
      SELECT pg_encoding_to_char(d.encoding) AS encoding, pg_is_in_recovery() AS replica,
        (SELECT coalesce(sum(numbackends), 0) FROM pg_stat_database) AS open,
        (SELECT count(*) FROM pg_stat_activity WHERE application_name = 'stream-relay') AS ours,
        (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::bigint
           FROM pg_stat_activity
           WHERE datname = d.datname AND pid <> pg_backend_pid()) AS oldest,
        t.relname, t.n_dead_tup, t.n_live_tup
      FROM pg_database d
      LEFT JOIN (SELECT relname, n_dead_tup, n_live_tup FROM pg_stat_user_tables
                 ORDER BY n_dead_tup DESC LIMIT 1) t ON true
      WHERE d.datname = current_database()
      """;

  static PostgresFacts of(Connection connection) throws SQLException {
    Map<String, String> settings = new HashMap<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery(SETTINGS)) {
        while (rows.next()) {
          settings.put(rows.getString(1), rows.getString(2));
        }
      }
      try (ResultSet row = statement.executeQuery(STATE)) {
        row.next();
        return new PostgresFacts(
            settings,
            row.getString("encoding"),
            row.getBoolean("replica"),
            row.getLong("open"),
            row.getLong("ours"),
            row.getLong("oldest"),
            row.getString("relname"),
            row.getLong("n_dead_tup"),
            row.getLong("n_live_tup"));
      }
    }
  }

  /** Empty: this version doesn't have it. */
  String text(String setting) {
    return settings.getOrDefault(setting, "");
  }

  /** 0: this version doesn't have it. */
  long number(String setting) {
    String text = text(setting);
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }
}
