package io.streamrelay.protocol.turn;

import com.zaxxer.hikari.HikariDataSource;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A real PostgreSQL with the schema in it, wired the way the tiers are. */
final class PostgresFixture implements TurnStoreContract.TurnsUnderTest, AutoCloseable {
  private static final PostgresProperties BOUNDS =
      new PostgresProperties(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(3),
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10));

  final HikariDataSource dataSource;
  final Migrations migrations;
  private final TurnStore store;
  private final TurnReader reader;
  private final SweepStore sweep;
  private final SessionStore sessions;
  private final RetentionStore retention;
  private final TurnOverview overview;
  private final OutboxStore outbox;
  private final JdbcClient jdbc;

  /** Starts against a server that may be away; {@link #awaitReady} waits for the schema. */
  PostgresFixture(String url, String username, String password, PostgresProperties bounds) {
    DataSourceProperties where = new DataSourceProperties();
    where.setUrl(url);
    where.setUsername(username);
    where.setPassword(password);
    TurnConfiguration wiring = new TurnConfiguration();
    dataSource = wiring.dataSource(where, bounds);
    migrations = wiring.migrations(where, dataSource);
    migrations.start();
    PostgresOutbox tellsNobody = outbox(dataSource, Destinations.NONE);
    store = wiring.turnStore(dataSource, tellsNobody);
    reader = wiring.turnReader(dataSource);
    sweep = wiring.sweepStore(dataSource);
    sessions = wiring.sessionStore(dataSource, tellsNobody);
    retention = wiring.retentionStore(dataSource);
    overview = wiring.turnOverview(dataSource);
    outbox = wiring.outboxStore(dataSource);
    jdbc = JdbcClient.create(dataSource);
  }

  private PostgresFixture(PostgresFixture of, TurnStore store, SessionStore sessions) {
    this.dataSource = of.dataSource;
    this.migrations = of.migrations;
    this.store = store;
    this.reader = of.reader;
    this.sweep = of.sweep;
    this.sessions = sessions;
    this.retention = of.retention;
    this.overview = of.overview;
    this.outbox = of.outbox;
    this.jdbc = of.jdbc;
  }

  private static PostgresOutbox outbox(HikariDataSource dataSource, Destinations destinations) {
    return new TurnConfiguration()
        .outbox(
            dataSource, destinations, new OutboxProperties(false, "relay.turns", "stream-relay"));
  }

  /** The same, but that ends of turns are told. Not to be closed. */
  PostgresFixture telling(Destinations destinations) {
    TurnConfiguration wiring = new TurnConfiguration();
    PostgresOutbox told = outbox(dataSource, destinations);
    return new PostgresFixture(
        this, wiring.turnStore(dataSource, told), wiring.sessionStore(dataSource, told));
  }

  static PostgresFixture of(EmbeddedPostgreSql server, String database) {
    return of(server, database, BOUNDS);
  }

  static PostgresFixture of(EmbeddedPostgreSql server, String database, PostgresProperties bounds) {
    return new PostgresFixture(
        server.jdbcUrl(database), server.username(), server.password(), bounds);
  }

  /** One server and one database for all tests that don't stop it; it ends with this JVM. */
  static PostgresFixture shared() {
    return Shared.FIXTURE;
  }

  static EmbeddedPostgreSql sharedServer() {
    return Shared.SERVER;
  }

  PostgresFixture awaitReady() {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(migrations::ready);
    return this;
  }

  JdbcClient jdbc() {
    return jdbc;
  }

  @Override
  public TurnStore store() {
    return store;
  }

  @Override
  public TurnReader reader() {
    return reader;
  }

  @Override
  public SweepStore sweep() {
    return sweep;
  }

  @Override
  public SessionStore sessions() {
    return sessions;
  }

  @Override
  public RetentionStore retention() {
    return retention;
  }

  @Override
  public TurnOverview overview() {
    return overview;
  }

  @Override
  public OutboxStore outbox() {
    return outbox;
  }

  @Override
  public void insertWaiting(Submission turn) {
    insertWaiting(jdbc, turn);
  }

  /** In whatever transaction the connection is. */
  static void insertWaiting(JdbcClient jdbc, Submission turn) {
    jdbc.sql(
            """
            WITH placed AS (
              INSERT INTO sessions AS s (owner, id, epoch, turn_count)
              VALUES (:owner, :session, 0, 1)
              ON CONFLICT (owner, id) DO UPDATE SET turn_count = s.turn_count + 1
              RETURNING turn_count
            ), waiting AS (
              INSERT INTO turns (id, owner, session, place, status, request_hash, request,
                                 user_message, deadline)
              SELECT :turn, :owner, :session, turn_count, 'waiting', :hash,
                     CAST(:request AS jsonb), :message, now() + :millis * interval '1 ms'
              FROM placed
            )
            INSERT INTO messages (id, owner, session, parent, turn, role, parts)
            SELECT :message, :owner, :session,
                   (SELECT coalesce(answer_message, user_message) FROM turns
                    WHERE owner = :owner AND session = :session ORDER BY place DESC LIMIT 1),
                   :turn, 'user', CAST(:parts AS jsonb)
            """)
        .param("owner", turn.session().owner().id())
        .param("session", turn.session().session().value())
        .param("turn", turn.turn().value())
        .param("hash", turn.requestHash())
        .param("request", TurnJson.write(turn.request()))
        .param("message", turn.messageId().value())
        .param("parts", TurnJson.write(turn.parts()))
        .param("millis", turn.timeout().toMillis())
        .update();
  }

  /** Moves all there is into the past: the same as waiting, without the waiting. */
  @Override
  public void pass(Duration time) {
    jdbc.sql(
            """
            UPDATE turns
            SET created_at = created_at - :millis * interval '1 ms',
                accepted_at = accepted_at - :millis * interval '1 ms',
                started_at = started_at - :millis * interval '1 ms',
                ended_at = ended_at - :millis * interval '1 ms',
                saved_at = saved_at - :millis * interval '1 ms',
                settled_at = settled_at - :millis * interval '1 ms',
                not_before = not_before - :millis * interval '1 ms',
                deadline = deadline - :millis * interval '1 ms'
            """)
        .param("millis", time.toMillis())
        .update();
    jdbc.sql("UPDATE unstored_sessions SET made_at = made_at - :millis * interval '1 ms'")
        .param("millis", time.toMillis())
        .update();
    jdbc.sql(
            """
            UPDATE sessions
            SET created_at = created_at - :millis * interval '1 ms',
                updated_at = updated_at - :millis * interval '1 ms',
                remove_after = remove_after - :millis * interval '1 ms'
            """)
        .param("millis", time.toMillis())
        .update();
    jdbc.sql(
            """
            UPDATE outbox
            SET created_at = created_at - :millis * interval '1 ms',
                not_before = not_before - :millis * interval '1 ms'
            """)
        .param("millis", time.toMillis())
        .update();
    jdbc.sql(
            """
            UPDATE attempts
            SET started_at = started_at - :millis * interval '1 ms',
                first_chunk_at = first_chunk_at - :millis * interval '1 ms',
                ended_at = ended_at - :millis * interval '1 ms'
            """)
        .param("millis", time.toMillis())
        .update();
  }

  @Override
  public void close() {
    migrations.close();
    dataSource.close();
  }

  private static final class Shared {
    private static final EmbeddedPostgreSql SERVER =
        EmbeddedPostgreSql.builder().fsync(false).start();
    private static final PostgresFixture FIXTURE =
        of(SERVER, EmbeddedPostgreSql.DATABASE).awaitReady();
  }
}
