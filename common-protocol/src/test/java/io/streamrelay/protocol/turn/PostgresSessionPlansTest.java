package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How PostgreSQL finds sessions where an owner has a hundred thousand, some of them deleted. */
class PostgresSessionPlansTest {
  private static final Owner OWNER = new Owner("crowded");

  private final PostgresFixture fixture = PostgresFixture.shared();

  @BeforeEach
  void crowd() throws SQLException {
    patiently(
        """
        INSERT INTO sessions (owner, id, epoch, turn_count, deleted_through, updated_at)
        SELECT 'crowded', 's-' || i, 1, 1, (i % 10 = 5)::int, now() - i * interval '1 second'
        FROM generate_series(1, 100000) i
        """);
  }

  @AfterEach
  void disperse() throws SQLException {
    patiently("DELETE FROM sessions WHERE owner = 'crowded'");
  }

  /** Not through the pool: that has its bounds. */
  private static void patiently(String change) throws SQLException {
    EmbeddedPostgreSql server = PostgresFixture.sharedServer();
    String url = server.jdbcUrl(EmbeddedPostgreSql.DATABASE);
    try (Connection connection =
            DriverManager.getConnection(url, server.username(), server.password());
        Statement statement = connection.createStatement()) {
      statement.execute(change);
      statement.execute("ANALYZE sessions");
    }
  }

  @Test
  void list_readsItsPageAndNoMoreHoweverDeep() {
    SessionCursor deep =
        fixture.sessions().summary(new SessionKey(OWNER, new SessionId("s-90000"))).cursor();

    List<String> plan =
        fixture
            .jdbc()
            .sql("EXPLAIN ANALYZE " + PostgresSessions.BEFORE)
            .param("owner", OWNER.id())
            .param("then", OffsetDateTime.parse(deep.updatedAt().toString()))
            .param("before", deep.session().value())
            .param("atMost", 51)
            .query(String.class)
            .list();

    assertThat(String.join("\n", plan))
        .contains("Index Scan using sessions_by_activity")
        .contains("rows=51")
        .doesNotContain("Rows Removed")
        .doesNotContain("Seq Scan on sessions");
    List<SessionSummary> page = fixture.sessions().list(OWNER, 51, deep);
    assertThat(page).hasSize(51);
    assertThat(page.getFirst().session()).isEqualTo(new SessionId("s-90001"));
  }

  @Test
  void one_isFoundByItsKey() {
    List<String> plan =
        fixture
            .jdbc()
            .sql("EXPLAIN " + PostgresSessions.ONE)
            .param("owner", OWNER.id())
            .param("session", "s-77777")
            .query(String.class)
            .list();

    assertThat(String.join("\n", plan)).contains("sessions_pkey");
  }
}
