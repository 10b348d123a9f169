package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streamrelay.client.RelayException;
import io.streamrelay.client.Session;
import io.streamrelay.client.Turn;
import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.client.resource.LiveTurn;
import io.streamrelay.client.resource.SessionResource;
import io.streamrelay.client.submission.Submission;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.RedisClient;

/** Lists and deletion of sessions on a running system, with readers connected. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(SharedSystem.class)
class SessionsTest {
  private static final String LONG = "demo-t4000-i25-f50";
  private static final Duration SOON = Duration.ofSeconds(20);

  private static RelaySystem system;

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
  }

  private static Session session(int gateway, String id) {
    return Clients.of(system, gateway).session(id);
  }

  private static Turn submit(String session, String model) {
    return session(0, session).submit(Submission.builder().message("Tell me").model(model).build());
  }

  private static List<String> listed() {
    return Clients.of(system, 1).sessions().map(SessionResource::sessionId).toList();
  }

  private static List<String> running() {
    return Clients.of(system, 1).running().stream().map(LiveTurn::sessionId).toList();
  }

  @Test
  void lists_showWhatRunsAndWhatWasUsedLast() {
    submit("list-1", "demo-t3-i5-f5");
    submit("list-2", LONG);

    assertThat(running()).contains("list-2");
    assertThat(listed()).containsSubsequence("list-2", "list-1");
    assertThat(session(1, "list-2").title("Renamed").title()).isEqualTo("Renamed");
    assertThat(session(0, "list-2").fetch().title()).isEqualTo("Renamed");
    assertThat(session(0, "list-2").title(null).title()).isNull();
    session(1, "list-2").delete();
    await().atMost(SOON).until(() -> running().isEmpty());
    assertThat(listed()).doesNotContain("list-2").contains("list-1");
  }

  @Test
  void delete_endsItsReadersAndNothingIsLeft() throws Exception {
    String session = "deleted-1";
    Turn turn = submit(session, LONG);
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      Turn elsewhere = session(1, session).turn(turn.id());
      Future<TurnReading> near = readers.submit(() -> new TurnReading().readToEnd(turn));
      Future<TurnReading> far = readers.submit(() -> new TurnReading().readToEnd(elsewhere));
      new TurnReading().read(turn, event -> event instanceof RelayEvent.Text);

      session(1, session).delete();

      List<RelayEvent> events = near.get(15, TimeUnit.SECONDS).events();
      assertThat(events.getLast()).isInstanceOf(RelayEvent.Cancelled.class);
      assertThat(far.get(15, TimeUnit.SECONDS).events()).isEqualTo(events);
    }
    session(0, session).delete();
    for (ThrowingCallable call : callsOf(session(0, session), turn)) {
      assertThatThrownBy(call)
          .isInstanceOfSatisfying(
              RelayException.class,
              refused -> {
                assertThat(refused.status()).isEqualTo(404);
                assertThat(refused.code()).isEqualTo("not_found");
              });
    }

    graceIsOver();
    await().atMost(SOON).until(() -> rows(turn.id()) == 0);
    assertThat(entries(session)).isZero();

    Turn anew = submit(session, "demo-t3-i5-f5");
    assertThat(anew.answer().terminal()).isInstanceOf(RelayEvent.End.class);
    assertThat(session(0, session).messages()).hasSize(2);
  }

  private static List<ThrowingCallable> callsOf(Session session, Turn turn) {
    return List.of(
        session::fetch,
        () -> session.messages(50, null),
        () -> session.events(null).hasNext(),
        turn::fetch,
        turn::answer);
  }

  private static void graceIsOver() throws SQLException {
    try (Connection database = system.database()) {
      database.createStatement().executeUpdate("UPDATE sessions SET remove_after = now()");
    }
  }

  private static int rows(String turn) throws SQLException {
    String count =
        """
        SELECT (SELECT count(*) FROM turns WHERE id = ?::uuid)
             + (SELECT count(*) FROM messages WHERE turn = ?::uuid)
             + (SELECT count(*) FROM attempts WHERE turn = ?::uuid)
        """;
    try (Connection database = system.database();
        PreparedStatement query = database.prepareStatement(count)) {
      for (int i = 1; i <= 3; i++) {
        query.setString(i, turn);
      }
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  private static long entries(String session) {
    try (RedisClient redis = RedisClient.create(system.redis().url())) {
      return redis.xlen("{user:dev:chat:" + session + "}");
    }
  }
}
