package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.SqlParameterValue;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one way to PostgreSQL. What says that it doesn't answer, or not now, becomes {@link
 * StoreUnavailableException} here and nowhere else; everything else passes. Waits are bounded by
 * the data source. Thread-safe.
 */
public final class PostgresTransactions {
  /**
   * Connection, resources, operator, lock and serialization, read-only standby, system: by the
   * first two characters of the SQL state.
   */
  private static final Set<String> NOT_NOW = Set.of("08", "25", "40", "53", "55", "57", "58");

  /** Undefined table, undefined column: the migrations haven't run yet. */
  private static final Set<String> NOT_YET = Set.of("42P01", "42703");

  private final NamedParameterJdbcTemplate named;
  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  public PostgresTransactions(DataSource dataSource) {
    named = new NamedParameterJdbcTemplate(dataSource);
    jdbc = JdbcClient.create(named);
    transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
  }

  /** Several statements, committed together unless {@code work} throws or asks for a rollback. */
  public <T extends @Nullable Object> T together(Function<TransactionStatus, T> work) {
    return mapped(() -> transactions.execute(work::apply));
  }

  /** One statement, committed by itself. */
  public <T extends @Nullable Object> T alone(Function<JdbcClient, T> statement) {
    return mapped(() -> statement.apply(jdbc));
  }

  /** A statement of the transaction in progress. */
  public JdbcClient.StatementSpec sql(String sql) {
    return jdbc.sql(sql);
  }

  /**
   * Statements of the transaction in progress, told apart by semicolons, that go to the server in
   * one round trip. Each begins when the one before it is done and sees all that was committed by
   * then: what follows a lock sees what the lock waited for.
   *
   * <p>Only ever in a transaction: the driver may send them in several trips all the same, and does
   * where a value is null without a type ({@link #nullable}).
   */
  <T extends @Nullable Object> T inOneTrip(
      String statements, Map<String, @Nullable Object> values, InOneTrip<T> work) {
    return named.execute(
        statements,
        values,
        statement -> {
          statement.execute();
          return work.read(new Answers(statement));
        });
  }

  /** A value that may be null, so that the driver need not ask the server for its type. */
  static SqlParameterValue nullable(int type, @Nullable Object value) {
    return new SqlParameterValue(type, value);
  }

  /** Reads what the statements answered. */
  interface InOneTrip<T extends @Nullable Object> {
    T read(Answers answers) throws SQLException;
  }

  /** What the statements answered, one after the other. Not thread-safe: owned by its reader. */
  static final class Answers {
    private final PreparedStatement statement;
    private boolean begun;

    private Answers(PreparedStatement statement) {
      this.statement = statement;
    }

    /** The only row of the next statement's answer; null if it has none. */
    <T> @Nullable T next(RowMapper<T> mapper) throws SQLException {
      if (begun && !statement.getMoreResults()) {
        throw new SQLException("a statement without an answer");
      }
      begun = true;
      try (ResultSet rows = statement.getResultSet()) {
        return rows.next() ? mapper.mapRow(rows, 0) : null;
      }
    }
  }

  private static <T extends @Nullable Object> T mapped(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      if (saysUnavailable(e)) {
        throw new StoreUnavailableException("PostgreSQL doesn't answer for now", e);
      }
      throw e;
    }
  }

  private static boolean saysUnavailable(RuntimeException e) {
    if (e instanceof CannotCreateTransactionException
        || e instanceof CannotGetJdbcConnectionException) {
      return true; // no connection, whatever the reason
    }
    String state = sqlState(e);
    if (state != null) {
      return NOT_YET.contains(state) || NOT_NOW.contains(state.substring(0, 2));
    }
    return e instanceof TransactionException
        || e instanceof DataAccessResourceFailureException
        || e instanceof TransientDataAccessException
        || e instanceof RecoverableDataAccessException;
  }

  private static @Nullable String sqlState(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return null;
  }
}
