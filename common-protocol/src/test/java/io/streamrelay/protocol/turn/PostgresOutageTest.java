package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** PostgreSQL away, silent, and back: every call is bounded, and nothing needs a restart. */
class PostgresOutageTest {
  private static final PostgresProperties BOUNDS =
      new PostgresProperties(
          Duration.ofMillis(500),
          Duration.ofSeconds(10),
          Duration.ofMillis(800),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10));

  /** Wait for a connection, then for an answer, and then some. */
  private static final Duration LONGEST = Duration.ofSeconds(4);

  private static EmbeddedPostgreSql server;

  private final List<PostgresFixture> opened = new ArrayList<>();
  private final SessionKey session = TurnStoreContract.newSession();

  @BeforeAll
  static void start() {
    server = EmbeddedPostgreSql.builder().fsync(false).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void close() {
    opened.forEach(PostgresFixture::close);
  }

  @Test
  void all_withTheServerKilledAndBackTheSameStoreGoesOn() {
    PostgresFixture turns = open("killed");
    turns.awaitReady();
    Submission first = submission();
    turns.store().submit(first);

    server.kill();

    assertUnavailable(turns, first);
    server.restart();
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .ignoreException(StoreUnavailableException.class)
        .until(() ->
            turns.store().submit(first)
                instanceof SubmitResult.Repeated(var in, var turn, var status));
    assertThat(turns.migrations.ready()).isTrue();
  }

  @Test
  void all_withTheServerSilentEveryCallIsBounded() throws Exception {
    PostgresFixture turns = open("silent");
    turns.awaitReady();
    Submission first = submission();
    turns.store().submit(first);
    awaitAllConnections(turns);

    List<String> processes = processes();
    try {
      signal("-STOP", processes);
      assertUnavailable(turns, first);
    } finally {
      signal("-CONT", processes);
    }

    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .ignoreException(StoreUnavailableException.class)
        .until(() -> turns.reader().session(session) != null);
  }

  @Test
  void migrations_withTheServerAwayAtStartRunOnceItIsThere() {
    server.createDatabase("late");
    server.stop();
    PostgresFixture turns = PostgresFixture.of(server, "late", BOUNDS);
    opened.add(turns);

    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(turns.migrations.state())
                .isInstanceOfSatisfying(
                    Migrations.State.Pending.class,
                    pending ->
                        assertThat(pending.why())
                            .contains("refused")
                            .doesNotContain(server.password())));
    assertUnavailable(turns, submission());
    server.restart();

    turns.awaitReady();
    assertThat(turns.store().submit(submission())).isInstanceOf(SubmitResult.Accepted.class);
  }

  @Test
  void all_againstAnAddressThatAnswersNothingAreBounded() throws Exception {
    try (ServerSocket nobody = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      PostgresFixture turns =
          new PostgresFixture(
              "jdbc:postgresql://127.0.0.1:" + nobody.getLocalPort() + "/relay", "x", "y", BOUNDS);
      opened.add(turns);

      assertUnavailable(turns, submission());
      assertThat(turns.migrations.ready()).isFalse();
    }
  }

  @Test
  void all_withAWrongPasswordAreUnavailable() {
    PostgresFixture turns =
        new PostgresFixture(
            server.createDatabase("locked"), server.username(), "wrong password", BOUNDS);
    opened.add(turns);

    assertUnavailable(turns, submission());
  }

  @Test
  void all_beforeTheSchemaIsThereAreUnavailable() {
    PostgresFixture turns = open("bare");
    turns.awaitReady();
    turns.jdbc().sql("DROP SCHEMA public CASCADE").update();

    assertThatThrownBy(() -> turns.store().submit(submission()))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> turns.reader().session(session))
        .isInstanceOf(StoreUnavailableException.class);
  }

  private PostgresFixture open(String database) {
    server.createDatabase(database);
    PostgresFixture turns = PostgresFixture.of(server, database, BOUNDS);
    opened.add(turns);
    return turns;
  }

  private Submission submission() {
    return TurnStoreContract.submission(session, "one", null, Duration.ofMinutes(10));
  }

  private static void assertUnavailable(PostgresFixture turns, Submission submission) {
    bounded(() -> turns.store().submit(submission));
    bounded(() -> turns.store().claim(TurnStoreContract.claimOf(submission.turn(), 1, "t")));
    bounded(() -> turns.store().finish(TurnStoreContract.cancel(submission.turn())));
    bounded(() -> turns.store().endState(submission.turn()));
    bounded(() -> turns.reader().session(submission.session()));
    bounded(() -> turns.sweep().overdue(10));
    bounded(() -> turns.sweep().alone(() -> "ran"));
  }

  private static void bounded(Runnable call) {
    long before = System.nanoTime();

    assertThatThrownBy(call::run).isInstanceOf(StoreUnavailableException.class);

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LONGEST);
  }

  /** So that no process of the server is still being started. */
  private static void awaitAllConnections(PostgresFixture turns) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            turns.dataSource.getHikariPoolMXBean().getIdleConnections()
                == turns.dataSource.getMaximumPoolSize());
  }

  /** The server and all it started. */
  private static List<String> processes() {
    ProcessHandle first = ProcessHandle.of(server.pid()).orElseThrow();
    return Stream.concat(Stream.of(first), first.descendants())
        .map(process -> Long.toString(process.pid()))
        .toList();
  }

  private static void signal(String signal, List<String> processes) throws Exception {
    List<String> command = new ArrayList<>(List.of("kill", signal));
    command.addAll(processes);
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }
}
