package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What operators' lists cost among very many turns that have ended well. */
class TurnOverviewPlanTest {
  private static final int TURNS = 20_000;

  /** Every so many-th turn lives, the one after it is dead. */
  private static final int RARE = 200;

  /** Rows a statement makes: all at once would take longer than a statement may. */
  private static final int PIECE = 1_000;

  @Test
  void lists_readNothingButTurnsOfTheirKind() {
    String database = "overview_" + System.nanoTime();
    PostgresFixture.sharedServer().createDatabase(database);
    try (PostgresFixture postgres =
        PostgresFixture.of(PostgresFixture.sharedServer(), database).awaitReady()) {
      JdbcClient jdbc = postgres.jdbc();
      fill(jdbc);

      String live =
          plan(jdbc, PostgresTurnOverview.LIVE, Map.of("statuses", List.of("accepted", "running")));
      String stuck =
          plan(
              jdbc,
              PostgresTurnOverview.STUCK,
              Map.of("idle", List.of("interactive/1-1", ""), "overdue", 10_000));
      String dead = plan(jdbc, PostgresTurnOverview.DEAD, Map.of("within", 604_800_000L));

      for (String plan : List.of(live, stuck, dead)) {
        assertThat(plan).as(plan).doesNotContain("Seq Scan on turns");
      }
      for (String plan : List.of(live, stuck)) {
        assertThat(plan).as(plan).containsPattern("turns_(due|overdue|live_of_owner)");
      }
      assertThat(dead).as(dead).contains("turns_dead");
      assertThat(postgres.overview().dead(50, null)).hasSize(50);
    }
  }

  private static String plan(JdbcClient jdbc, String sql, Map<String, Object> which) {
    Map<String, @Nullable Object> values = new HashMap<>(which);
    values.put("atMost", 50);
    values.put("before", PostgresTransactions.nullable(java.sql.Types.VARCHAR, null));
    return String.join(
        "\n",
        jdbc.sql("EXPLAIN (ANALYZE, BUFFERS) " + sql).params(values).query(String.class).list());
  }

  private static void fill(JdbcClient jdbc) {
    for (int first = 1; first <= TURNS; first += PIECE) {
      jdbc.sql(
              """
              INSERT INTO sessions (owner, id, epoch, turn_count)
              SELECT 'o' || n, 's', 5, 1 FROM generate_series(:first, :last) n
              """)
          .param("first", first)
          .param("last", first + PIECE - 1)
          .update();
      jdbc.sql(
              """
              INSERT INTO turns (id, owner, session, place, status, request_hash, request,
                                 user_message, user_epoch, final_epoch, deadline, ended_at,
                                 failure_code, accepted_at)
              SELECT gen_random_uuid(), 'o' || n, 's', 1,
                     CASE n % :rare WHEN 0 THEN 'accepted' WHEN 1 THEN 'failed' ELSE 'ended' END,
                     'h', '{"model": "demo", "lane": "interactive"}', gen_random_uuid(), 1,
                     CASE WHEN n % :rare <> 0 THEN 5 END, now(),
                     CASE WHEN n % :rare <> 0 THEN now() END,
                     CASE WHEN n % :rare = 1 THEN 'attempts_exhausted' END, now()
              FROM generate_series(:first, :last) n
              """)
          .param("first", first)
          .param("last", first + PIECE - 1)
          .param("rare", RARE)
          .update();
    }
    jdbc.sql("ANALYZE turns").update();
    jdbc.sql("ANALYZE sessions").update();
  }
}
