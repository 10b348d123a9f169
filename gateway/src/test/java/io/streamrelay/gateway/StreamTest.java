package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.TurnId;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamTest extends GatewayTest {
  @BeforeEach
  void nobodyReads() {
    await().until(() -> hub.readers() == 0);
  }

  private static String idOf(String type, HttpResponse<String> answer) {
    List<String> lines = answer.body().lines().toList();
    int at = lines.indexOf("event: " + type);
    return lines.subList(at, lines.size()).stream()
        .filter(line -> line.startsWith("id: "))
        .findFirst()
        .orElseThrow()
        .substring(4);
  }

  @Test
  void submit_withStreamAnswersTheTurnAsItGrows() {
    String session = newSession();
    var streaming = later(streamed(session, "Hello", null));
    await().until(() -> !backstage.turns().looks().isEmpty() && active(session) != null);

    backstage.worker().answer(active(session), "Hi there");

    assertThat(types(streaming.join())).containsExactly("user", "start", "text", "end");
    assertThat(streaming.join().body()).contains("{\"text\":\"Hi there\"}").startsWith("retry: ");
    assertThat(streaming.join().headers().firstValue("Cache-Control").orElseThrow())
        .contains("no-transform");
  }

  @Test
  void submit_repeatedWithStreamAnswersTheSameStream() {
    String session = newSession();
    var first = later(streamed(session, "Hello", "key-" + session));
    await().until(() -> active(session) != null);
    backstage.worker().answer(active(session), "Hi");

    var again = send(streamed(session, "Hello", "key-" + session));

    assertThat(types(again)).isEqualTo(types(first.join()));
    assertThat(idOf("end", again)).isEqualTo(idOf("end", first.join()));
  }

  private HttpRequest.Builder streamed(String session, String message, String key) {
    HttpRequest.Builder request =
        request("/api/chat/" + session)
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofString("{\"message\":\"" + message + "\",\"stream\":true}"));
    return key == null ? request : request.header("Idempotency-Key", key);
  }

  @Test
  void turnsStream_ofAnEndedTurnIsTheWholeTurn() {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().answer(turn, "Hi");
    backstage.worker().answer(submit(session), "Later");

    var whole = get(path(session, turn));
    backstage.streams().flush();
    var fromPostgres = get(path(session, turn));

    assertThat(types(whole)).containsExactly("user", "start", "text", "end");
    assertThat(types(fromPostgres)).startsWith("user").endsWith("end");
    assertThat(idOf("end", fromPostgres)).isEqualTo(idOf("end", whole));
    assertThat(fromPostgres.body()).doesNotContain("Later");
  }

  @Test
  void turnsStream_goesOnAfterTheCursor() {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().answer(turn, "Hi");
    String text = idOf("text", get(path(session, turn)));
    String end = idOf("end", get(path(session, turn)));

    assertThat(types(get(path(session, turn) + "?after=" + text))).containsExactly("end");
    assertThat(get(path(session, turn) + "?after=" + end).statusCode()).isEqualTo(204);
    assertThat(types(get(path(session, turn) + "?after=99999-0"))).startsWith("user");
    assertThat(types(get(path(session, turn) + "?after=0-0"))).startsWith("user");
  }

  @Test
  void sessionsStream_withoutACursorBeginsAtTheActiveTurn() {
    String session = newSession();
    backstage.worker().answer(submit(session), "First");
    TurnId second = submit(session);
    var streaming = later("/api/chat/" + session + "/stream");
    await().until(() -> hub.readers() == 1);

    backstage.worker().answer(second, "Second");

    assertThat(types(streaming.join())).containsExactly("user", "start", "text", "end");
    assertThat(streaming.join().body()).contains("Second").doesNotContain("First");
  }

  @Test
  void sessionsStream_withNothingToSayIs204() {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().answer(turn, "First");
    String end = idOf("end", get(path(session, turn)));

    assertThat(get("/api/chat/" + session + "/stream").statusCode()).isEqualTo(204);
    assertThat(get("/api/chat/" + session + "/stream?after=" + end).statusCode()).isEqualTo(204);
    assertThat(get("/api/chat/" + session + "/stream?after=99999-0").statusCode()).isEqualTo(204);
  }

  @Test
  void sessionsStream_withACursorGoesOnOverTurnBorders() {
    String session = newSession();
    TurnId first = submit(session);
    backstage.worker().answer(first, "First");
    backstage.worker().answer(submit(session), "Second");
    String text = idOf("text", get(path(session, first)));

    var resumed =
        send(request("/api/chat/" + session + "/stream?after=0-0").header("Last-Event-ID", text));
    var byQuery = get("/api/chat/" + session + "/stream?after=" + text);

    assertThat(types(resumed)).containsExactly("end", "user", "start", "text", "end");
    assertThat(types(byQuery)).isEqualTo(types(resumed));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1", "-1-0", "1-0-0", "1234567890123-0", "1-1234567890", "99999-0"})
  void sessionsStream_ignoresABadCursor(String cursor) {
    String session = newSession();
    TurnId turn = submit(session);
    var streaming =
        later(request("/api/chat/" + session + "/stream").header("Last-Event-ID", cursor));
    await().until(() -> hub.readers() == 1);

    backstage.worker().answer(turn, "Hi");

    assertThat(types(streaming.join())).containsExactly("user", "start", "text", "end");
  }

  @Test
  void sessionsStream_withFollowGoesOnWithTheNextTurn() {
    String session = newSession();
    backstage.worker().answer(submit(session), "First");
    try (RawConnection following = new RawConnection(port)) {
      List<String> lines =
          following
              .send("GET /api/chat/" + session + "/stream?follow=true HTTP/1.0\r\n")
              .send("Host: localhost\r\n\r\n")
              .collectLines();
      await().until(() -> hub.readers() == 1);

      backstage.worker().answer(submit(session), "Second");
      backstage.worker().answer(submit(session), "Third");

      await().untilAsserted(() -> assertThat(lines).filteredOn("event: end"::equals).hasSize(2));
      assertThat(lines).noneMatch(line -> line.contains("First"));
    }
    assertProblem(get("/api/chat/" + session + "/stream?follow=x"), 400, "invalid_request");
  }

  @Test
  void streams_ofALiveTurnGoOnWithPostgresAway() {
    String session = newSession();
    TurnId turn = submit(session);
    var running = backstage.worker().begin(turn);
    running.say("Once ");
    backstage.postgres().setAway(true);

    var ofSession = later("/api/chat/" + session + "/stream");
    var ofTurn = later(path(session, turn));
    await().until(() -> hub.readers() == 2);
    assertProblem(get("/api/chat/" + newSession() + "/stream"), 503, "store_unavailable");
    running.say("upon a time");
    backstage.postgres().setAway(false);
    running.end();

    assertThat(types(ofSession.join())).containsExactly("user", "start", "text", "text", "end");
    assertThat(types(ofTurn.join())).isEqualTo(types(ofSession.join()));
  }

  @Test
  void streams_answerHeadWithoutAStream() {
    String session = newSession();
    TurnId turn = submit(session);

    var answer = send(request(path(session, turn)).method("HEAD", BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(hub.readers()).isZero();
  }

  private TurnId active(String session) {
    var view = backstage.turns().session(key(session));
    boolean queued = !backstage.streams().lastIds(List.of(key(session))).isEmpty();
    return view == null || view.active() == null || !queued ? null : view.active().turn();
  }

  private static String path(String session, TurnId turn) {
    return "/api/chat/" + session + "/turns/" + turn + "/stream";
  }
}
