package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.fault.FaultProxy;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pool behind a network that fails. */
class PostgresPoolTest {
  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final Duration IN_A_QUEUE = Duration.ofSeconds(20);

  private static EmbeddedPostgreSql server;

  private final FaultProxy way;
  private final PostgresPool pool = new PostgresPool(IN_A_QUEUE);

  PostgresPoolTest() throws IOException {
    way = new FaultProxy(server.port());
  }

  @BeforeAll
  static void start() {
    server = EmbeddedPostgreSql.builder().fsync(false).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void connect() throws SQLException {
    pool.setJdbcUrl(server.jdbcUrl().replace(":" + server.port(), ":" + way.port()));
    pool.setUsername(server.username());
    pool.setPassword(server.password());
    pool.setMaximumPoolSize(2);
    pool.setInitializationFailTimeout(-1);
    pool.setConnectionTimeout(PATIENCE.toMillis());
    pool.setValidationTimeout(1000);
    assertAnswers();
  }

  @AfterEach
  void close() throws IOException {
    pool.close();
    way.close();
  }

  private void assertAnswers() throws SQLException {
    try (Connection connection = pool.getConnection();
        var statement = connection.createStatement()) {
      assertThat(statement.execute("SELECT 1")).isTrue();
    }
  }

  @Test
  void getConnection_withTheServerAwayIsRefusedWithoutAWait() throws Exception {
    way.refuse();
    await().until(() -> isRefused());

    long began = System.nanoTime();

    assertThatThrownBy(pool::getConnection)
        .isInstanceOf(SQLException.class)
        .hasMessageStartingWith("PostgreSQL is away: ");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE.dividedBy(2));
  }

  /** Whoever asks first finds dead connections, and waits for others; by and by it is known. */
  private boolean isRefused() {
    try {
      assertAnswers();
      return false;
    } catch (SQLException e) {
      return e.getMessage().startsWith("PostgreSQL is away: ");
    }
  }

  @Test
  void getConnection_afterALongAbsenceIsThereSoon() throws Exception {
    way.refuse();
    await().until(() -> isRefused());
    Thread.sleep(6000); // the fault lasts so long that Hikari alone would rest for 5 s

    way.pass();

    await()
        .atMost(Duration.ofSeconds(3))
        .ignoreExceptionsInstanceOf(SQLException.class)
        .untilAsserted(this::assertAnswers);
  }

  @Test
  void getConnection_ofManyAtOnceWaitsWhileOthersAreServed() throws Exception {
    pool.setConnectionTimeout(500);
    try (var askers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> asked =
          IntStream.range(0, 60).<Future<?>>mapToObj(i -> askers.submit(this::askSlowly)).toList();

      for (Future<?> one : asked) { // two at a time, 50 ms each: three times the bound of one
        one.get();
      }
    }
  }

  private Void askSlowly() throws SQLException {
    try (Connection connection = pool.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("SELECT pg_sleep(0.05)");
      return null;
    }
  }

  @Test
  void getConnection_whileNobodyIsServedIsRefusedSooner() throws Exception {
    pool.setConnectionTimeout(500);
    try (Connection one = pool.getConnection();
        Connection other = pool.getConnection()) {
      long began = System.nanoTime();

      assertThatThrownBy(pool::getConnection).isInstanceOf(SQLTransientConnectionException.class);

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(IN_A_QUEUE.dividedBy(2));
      assertThat(one).isNotSameAs(other);
    }
  }

  @Test
  void getConnection_withAWrongPasswordSaysSo() {
    PostgresPool other = new PostgresPool(IN_A_QUEUE);
    other.setJdbcUrl(server.jdbcUrl());
    other.setUsername(server.username());
    other.setPassword("wrong");
    other.setInitializationFailTimeout(-1);
    other.setConnectionTimeout(5000);

    try (other) {
      await()
          .untilAsserted(() ->
              assertThatThrownBy(other::getConnection)
                  .hasMessageContaining("password authentication failed"));
    }
  }
}
