package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Lets one process at a time do a thing. Held by a transaction that does nothing else, so that it
 * ends with its connection, whatever happens to its holder; a minute at most. Thread-safe.
 */
final class AdvisoryLock {
  private static final String BOUND = "SET LOCAL idle_in_transaction_session_timeout = '60s'";
  private static final String TRY = "SELECT pg_try_advisory_xact_lock(hashtext(?))";

  private final DataSource dataSource;
  private final String name;

  AdvisoryLock(DataSource dataSource, String name) {
    this.dataSource = dataSource;
    this.name = name;
  }

  /** Null if another has it. */
  <T> @Nullable T with(Supplier<T> work) {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      return taken(connection) ? work.get() : null;
    } catch (SQLException e) {
      throw new StoreUnavailableException("PostgreSQL gave no lock '" + name + "'", e);
    }
  }

  private boolean taken(Connection connection) throws SQLException {
    try (Statement bound = connection.createStatement()) {
      bound.execute(BOUND);
    }
    try (PreparedStatement lock = connection.prepareStatement(TRY)) {
      lock.setString(1, name);
      try (ResultSet answer = lock.executeQuery()) {
        return answer.next() && answer.getBoolean(1);
      }
    }
  }
}
