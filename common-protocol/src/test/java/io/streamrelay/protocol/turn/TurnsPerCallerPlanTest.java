package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What counting a caller's turns, and finding one, costs among very many that have ended. */
class TurnsPerCallerPlanTest {
  private static final int ENDED = 20_000;
  private static final int OPEN = 1_000;
  private static final int OTHERS_OPEN = 9_000;
  private static final String OWNER =
      "CASE WHEN n <= %d THEN 'big/u' || n %% 500 ELSE 'o' || n END".formatted(ENDED + OPEN);

  /** Rows a statement makes: all at once would take longer than a statement may. */
  private static final int PIECE = 1_000;

  @Test
  void count_readsOpenTurnsOnly() {
    try (PostgresFixture postgres = fresh()) {
      JdbcClient jdbc = postgres.jdbc();
      fill(jdbc);

      String plan =
          String.join(
              "\n",
              jdbc.sql(
                      "EXPLAIN (ANALYZE, BUFFERS) SELECT count(*) FROM (%s) open"
                          .formatted(PostgresSubmit.OPEN))
                  .param("caller", "big")
                  .param("most", OPEN)
                  .query(String.class)
                  .list());
      Object refused = postgres.store().submit(submission("big/new"), OPEN);

      assertThat(plan).as(plan).doesNotContain("Seq Scan");
      assertThat(plan).as(plan).contains("turns_live_of_owner");
      assertThat(plan)
          .as("only indexes that hold open turns alone\n%s", plan)
          .doesNotContainPattern("turns_(pkey|place|idempotency|unsaved|settled|without_f)");
      assertThat(refused).isEqualTo(new SubmitResult.TooMany());
      assertThat(postgres.store().submit(submission("bigger"), 1))
          .isInstanceOf(SubmitResult.Accepted.class);
      assertThat(postgres.store().submit(submission("big"), OPEN + 1))
          .isInstanceOf(SubmitResult.Accepted.class);
    }
  }

  @Test
  void alike_readsItsRangeOnly() {
    try (PostgresFixture postgres = fresh()) {
      JdbcClient jdbc = postgres.jdbc();
      fill(jdbc);
      jdbc.sql("ANALYZE sessions").update();

      String plan =
          String.join(
              "\n",
              jdbc.sql("EXPLAIN (ANALYZE, BUFFERS) " + PostgresTurnReader.ALIKE)
                  .param("owner", "big/u7")
                  .param("first", "s-2000")
                  .param("last", "s-2000~")
                  .param("hash", "h")
                  .param("within", 300_000L)
                  .query(String.class)
                  .list());

      assertThat(plan).as(plan).doesNotContain("Seq Scan on turns", "Seq Scan on sessions");
      assertThat(plan)
          .as(plan)
          .containsPattern("session\\)?(::text)? >= 's-2000'|id\\)?(::text)? >= 's-2000'");
    }
  }

  private static PostgresFixture fresh() {
    String database = "plan_" + System.nanoTime();
    PostgresFixture.sharedServer().createDatabase(database);
    return PostgresFixture.of(PostgresFixture.sharedServer(), database).awaitReady();
  }

  /** One caller with many users, nearly all of whose turns have ended, and many other callers. */
  private static void fill(JdbcClient jdbc) {
    for (int first = 1; first <= ENDED + OPEN + OTHERS_OPEN; first += PIECE) {
      fill(jdbc, first, first + PIECE - 1);
    }
    jdbc.sql("ANALYZE turns").update();
  }

  private static void fill(JdbcClient jdbc, int first, int last) {
    jdbc.sql(
            """
            INSERT INTO sessions (owner, id, epoch, turn_count)
            SELECT %s, 's-' || n, 5, 1 FROM generate_series(:first, :last) n
            """
                .formatted(OWNER))
        .param("first", first)
        .param("last", last)
        .update();
    jdbc.sql(
            """
            INSERT INTO turns (id, owner, session, place, status, request_hash, request,
                               user_message, user_epoch, final_epoch, deadline, ended_at)
            SELECT gen_random_uuid(), %s, 's-' || n, 1,
                   CASE WHEN n <= :ended THEN 'ended' ELSE 'accepted' END, 'h', '{}',
                   gen_random_uuid(), 1, CASE WHEN n <= :ended THEN 5 END, now(),
                   CASE WHEN n <= :ended THEN now() END
            FROM generate_series(:first, :last) n
            """
                .formatted(OWNER))
        .param("first", first)
        .param("last", last)
        .param("ended", ENDED)
        .update();
  }

  private static Submission submission(String owner) {
    return new Submission(
        new SessionKey(new Owner(owner), new SessionId("s-new")),
        TurnId.make(),
        MessageId.make(),
        List.of(new Part.Text("x")),
        new TurnRequest("demo", null, Parameters.NONE, null, Lane.INTERACTIVE),
        null,
        "hash",
        Duration.ofMinutes(10));
  }
}
