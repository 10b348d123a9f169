package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What taking rows costs after a long outage of one destination, for it and for another. */
class OutboxPlanTest {
  private static final int ROWS = 50_000;
  private static final int SESSIONS = 5_000;
  private static final int PIECE = 5_000;

  /** For a hundred rows; all rows would be a hundred thousand and more. */
  private static final long MOST_PAGES = 5_000;

  private static final Pattern SHARED = Pattern.compile("Buffers: shared hit=(\\d+)");

  @Test
  void take_readsNoMoreThanItNeeds() {
    String database = "outbox_" + System.nanoTime();
    PostgresFixture.sharedServer().createDatabase(database);
    try (PostgresFixture postgres =
        PostgresFixture.of(PostgresFixture.sharedServer(), database).awaitReady()) {
      JdbcClient jdbc = postgres.jdbc();
      for (int first = 0; first < ROWS; first += PIECE) {
        jdbc.sql(
                """
                INSERT INTO outbox (turn, destination, owner, session, event)
                SELECT gen_random_uuid(), 'kafka', 'o', 's' || n % :sessions, '{"type": "t"}'
                FROM generate_series(:first, :last) n
                """)
            .param("sessions", SESSIONS)
            .param("first", first)
            .param("last", first + PIECE - 1)
            .update();
      }

      jdbc.sql("ANALYZE outbox").update(); // autovacuum's, within a minute
      assertThat(pagesRead(jdbc, "kafka")).isLessThan(MOST_PAGES);
      assertThat(pagesRead(jdbc, "webhook:crm")).isLessThan(MOST_PAGES);
      assertThat(postgres.outbox().take("kafka", 100, Duration.ofSeconds(12))).hasSize(100);
    }
  }

  private static long pagesRead(JdbcClient jdbc, String destination) {
    String plan =
        String.join(
            "\n",
            jdbc.sql("EXPLAIN (ANALYZE, BUFFERS) " + PostgresOutboxStore.TAKE)
                .params(Map.of("destination", destination, "atMost", 100, "millis", 1L))
                .query(String.class)
                .list());
    Matcher shared = SHARED.matcher(plan);
    assertThat(shared.find()).as(plan).isTrue();
    return Long.parseLong(shared.group(1));
  }
}
