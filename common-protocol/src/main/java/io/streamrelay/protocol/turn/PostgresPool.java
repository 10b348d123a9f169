package io.streamrelay.protocol.turn;

import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections to PostgreSQL. While it is away, whoever asks for one is told so at once, and the
 * pool goes on as soon as it is back. Hikari by itself has everybody wait for a connection that
 * won't come, and leaves up to 5 s between its tries once PostgreSQL was away for long.
 *
 * <p>While it is there and many ask at once, they wait for one another: thousands of readers that
 * come back together are served one after the other, not told that PostgreSQL is away. Thread-safe.
 */
final class PostgresPool extends HikariDataSource {
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(250);

  /** SQL states: the server isn't reached, or is starting or stopping. */
  private static final String NOT_REACHED = "08";

  private static final String STARTING_OR_STOPPING = "57P";

  private final Duration queueWait;
  private volatile @Nullable SQLException failure; // of the last try to connect; null: it connected
  private volatile long servedNanos = System.nanoTime(); // when somebody last had a connection

  /**
   * @param queueWait how long to wait for a connection while others get theirs; the bound of
   *     Hikari, {@code connectionTimeout}, is how long to wait while nobody does
   */
  PostgresPool(Duration queueWait) {
    this.queueWait = queueWait;
    setDataSource(new Connecting());
  }

  /**
   * Blocks for the pool's bounds at most; not where PostgreSQL is known to be away, that is if
   * connecting failed and no connection is left.
   */
  @Override
  public Connection getConnection() throws SQLException {
    long began = System.nanoTime();
    while (true) {
      SQLException away = failure;
      if (away != null && connections() == 0) {
        throw new SQLTransientConnectionException(
            "PostgreSQL is away: " + away.getMessage(), away.getSQLState(), away);
      }
      try {
        Connection connection = super.getConnection();
        servedNanos = System.nanoTime();
        return connection;
      } catch (SQLTransientConnectionException noneFree) {
        long now = System.nanoTime();
        boolean standsStill =
            now - servedNanos > Duration.ofMillis(getConnectionTimeout()).toNanos();
        if (standsStill || now - began > queueWait.toNanos() || isClosed()) {
          throw noneFree;
        }
      }
    }
  }

  /** Dead ones count until somebody asked for one. */
  private int connections() {
    var pool = getHikariPoolMXBean();
    return pool == null ? 0 : pool.getTotalConnections();
  }

  /** How the pool opens a connection: patiently, so that it never leaves long pauses of its own. */
  private final class Connecting implements DataSource {
    @Override
    public Connection getConnection() throws SQLException {
      return getConnection(getUsername(), getPassword());
    }

    @Override
    public Connection getConnection(@Nullable String user, @Nullable String password)
        throws SQLException {
      Properties properties = new Properties();
      properties.putAll(getDataSourceProperties());
      if (user != null) {
        properties.setProperty("user", user);
      }
      if (password != null) {
        properties.setProperty("password", password);
      }
      while (true) {
        try {
          Connection connection = DriverManager.getConnection(getJdbcUrl(), properties);
          failure = null;
          return connection;
        } catch (SQLException e) {
          failure = e;
          if (isClosed() || !isAway(e)) {
            throw e;
          }
          pause(e);
        }
      }
    }

    /** Otherwise it answered, and won't say something else the next moment. */
    private static boolean isAway(SQLException e) {
      String state = e.getSQLState();
      return state != null
          && (state.startsWith(NOT_REACHED) || state.startsWith(STARTING_OR_STOPPING));
    }

    private static void pause(SQLException e) throws SQLException {
      try {
        Thread.sleep(BETWEEN_TRIES);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw e; // the pool is closed
      }
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
      return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public int getLoginTimeout() {
      return 0;
    }

    /** Its bound is a property of the connection. */
    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
      throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
      throw new SQLException("this is no " + type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
      return false;
    }
  }
}
