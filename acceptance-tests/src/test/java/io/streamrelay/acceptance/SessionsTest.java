package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.RedisClient;
import tools.jackson.databind.JsonNode;

/** Lists and deletion of sessions on a running system, with readers connected. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(SharedSystem.class)
class SessionsTest {
  private static final String LONG = "demo-t4000-i25-f50";
  private static final Duration SOON = Duration.ofSeconds(20);

  private static RelaySystem system;
  private static final StreamClient CLIENT = new StreamClient();

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
  }

  private static String chat(int gateway, String path) {
    return system.url(gateway) + "/api/chat/" + path;
  }

  private static String submit(String session, String model) throws Exception {
    StreamClient.Answer answer =
        CLIENT.post(
            chat(0, session), "{\"message\":\"Tell me\",\"model\":\"%s\"}".formatted(model));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return answer.text("turnId");
  }

  private static List<String> listed(String path) throws Exception {
    JsonNode body = CLIENT.get(chat(1, path)).body();
    List<String> ids = new ArrayList<>();
    (body.isArray() ? body : body.get("items"))
        .forEach(item -> ids.add(item.get("sessionId").stringValue()));
    return ids;
  }

  @Test
  void lists_showWhatRunsAndWhatWasUsedLast() throws Exception {
    submit("list-1", "demo-t3-i5-f5");
    submit("list-2", LONG);

    assertThat(listed("streams")).contains("list-2");
    assertThat(listed("sessions?limit=200")).containsSubsequence("list-2", "list-1");
    assertThat(CLIENT.delete(chat(1, "list-2")).status()).isEqualTo(204);
    await().atMost(SOON).until(() -> listed("streams").isEmpty());
    assertThat(listed("sessions?limit=200")).doesNotContain("list-2").contains("list-1");
  }

  @Test
  void delete_endsItsReadersAndNothingIsLeft() throws Exception {
    String session = "deleted-1";
    String turn = submit(session, LONG);
    String stream = session + "/turns/" + turn + "/stream";
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      Reading near = new Reading();
      Reading far = new Reading();
      Future<?> first = readers.submit(() -> CLIENT.read(chat(0, stream), near, event -> false));
      Future<?> second = readers.submit(() -> CLIENT.read(chat(1, stream), far, event -> false));
      awaitText(stream);

      assertThat(CLIENT.delete(chat(1, session)).status()).isEqualTo(204);

      first.get(15, TimeUnit.SECONDS);
      second.get(15, TimeUnit.SECONDS);
      assertThat(near.terminal().type()).isEqualTo("cancel");
      assertThat(far.events()).isEqualTo(near.events());
    }
    assertThat(CLIENT.delete(chat(0, session)).status()).isEqualTo(204);
    for (String path : List.of("", "/messages", "/stream", "/turns/" + turn)) {
      assertThat(CLIENT.get(chat(0, session + path)).status()).as(path).isEqualTo(404);
    }

    graceIsOver();
    await().atMost(SOON).until(() -> rows(turn) == 0);
    assertThat(entries(session)).isZero();

    String anew = submit(session, "demo-t3-i5-f5");
    Reading reading = new Reading();
    CLIENT.readToEnd(
        new String[] {chat(0, session + "/turns/" + anew + "/stream")}, reading, event -> false);
    assertThat(reading.terminal().type()).isEqualTo("end");
    assertThat(CLIENT.get(chat(0, session + "/messages")).body().get("items")).hasSize(2);
  }

  /** Until another reader has seen some of the answer. */
  private static void awaitText(String stream) throws InterruptedException {
    CLIENT.read(chat(0, stream), new Reading(), event -> event.type().equals("text"));
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
