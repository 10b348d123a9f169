package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.protocol.turn.TurnStore;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Submissions to a session that is busy, and what becomes of them. */
class OnBusyTest extends GatewayTest {
  @BeforeEach
  void nobodyReads() {
    await().until(() -> hub.readers() == 0);
  }

  private HttpResponse<String> submit(String session, String onBusy) {
    return send(submission(session, onBusy, false));
  }

  private HttpRequest.Builder submission(String session, String onBusy, boolean stream) {
    String body = "{\"message\":\"And?\",\"onBusy\":\"%s\",\"stream\":%s}";
    return request("/api/chat/" + session)
        .POST(BodyPublishers.ofString(body.formatted(onBusy, stream)));
  }

  private static TurnId turn(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return TurnId.parse(json(answer).get("turnId").stringValue());
  }

  private static String status(HttpResponse<String> answer) {
    return json(answer).get("status").stringValue();
  }

  private TurnStatus status(TurnId turn) {
    return backstage.turns().look(turn).view().status();
  }

  private List<String> types(String session) {
    return backstage.streams().read(key(session), EntryId.ZERO, 100).stream()
        .filter(entry -> !entry.hidden())
        .map(entry -> entry.event().type())
        .toList();
  }

  private static String stream(String session, TurnId turn) {
    return "/api/chat/" + session + "/turns/" + turn + "/stream";
  }

  @ParameterizedTest
  @ValueSource(strings = {"reject", "enqueue", "interrupt"})
  void submit_whereNothingRunsIsAccepted(String onBusy) {
    var answer = submit(newSession(), onBusy);

    assertThat(status(answer)).isEqualTo("accepted");
    backstage.worker().answer(turn(answer), "Hi");
  }

  @Test
  void enqueue_waitsAndIsQueuedWhenItsTurnComes() {
    String session = newSession();
    TurnId first = submit(session);
    var running = backstage.worker().begin(first);

    var answer = submit(session, "enqueue");

    TurnId second = turn(answer);
    assertThat(status(answer)).isEqualTo("waiting");
    assertThat(answer.headers().firstValue("Location"))
        .hasValue("/api/chat/" + session + "/turns/" + second);
    assertThat(json(get("/api/chat/" + session + "/turns/" + second)).get("status").stringValue())
        .isEqualTo("waiting");
    assertThat(backstage.worker().claimAll()).isZero();
    assertThat(types(session)).containsExactly("user", "start");
    running.end();
    backstage.worker().answer(second, "Later");
    assertThat(types(session))
        .containsExactly("user", "start", "end", "user", "start", "text", "end");
  }

  @Test
  void enqueue_withStreamIsAnsweredOnceItRuns() {
    String session = newSession();
    var running = backstage.worker().begin(submit(session));
    running.say("First");
    var streaming = later(submission(session, "enqueue", true));
    await().until(() -> hub.readers() == 1);
    TurnId waiting = backstage.turns().looks().getLast().view().id();
    var resumed = later(stream(session, waiting) + "?after=2-0"); // of another turn: ignored
    await().until(() -> hub.readers() == 2);

    running.say("still");
    running.end();
    backstage.worker().answer(waiting, "Second");

    assertThat(types(streaming.orTimeout(20, TimeUnit.SECONDS).join()))
        .containsExactly("user", "start", "text", "end");
    assertThat(types(resumed.orTimeout(20, TimeUnit.SECONDS).join()))
        .containsExactly("user", "start", "text", "end");
    assertThat(streaming.orTimeout(20, TimeUnit.SECONDS).join().body())
        .startsWith("retry: ")
        .contains("Second")
        .doesNotContain("First", "still");
  }

  @Test
  void enqueue_withStreamIsPingedWhileItWaits() throws Exception {
    String session = newSession();
    var running = backstage.worker().begin(submit(session));
    try (RawConnection waiting = new RawConnection(port)) {
      String body = "{\"message\":\"And?\",\"onBusy\":\"enqueue\",\"stream\":true}";
      List<String> lines =
          waiting
              .send("POST /api/chat/" + session + " HTTP/1.0\r\nHost: localhost\r\n")
              .send("Content-Type: application/json\r\nContent-Length: " + body.length())
              .send("\r\n\r\n" + body)
              .collectLines();

      await().untilAsserted(() -> assertThat(lines).contains("event: ping"));

      assertThat(lines).noneMatch(line -> line.startsWith("id:"));
      running.end();
      await().untilAsserted(() -> assertThat(lines).contains("event: user"));
    }
  }

  @Test
  void enqueue_beyondTheBoundIs409WithTheTimeToComeAgain() {
    String session = newSession();
    TurnId first = submit(session);
    List<TurnId> waiting = new ArrayList<>();
    for (int i = 0; i < TurnStore.MAX_WAITING; i++) {
      waiting.add(turn(submit(session, "enqueue")));
    }

    var answer = submit(session, "enqueue");

    assertProblem(answer, 409, "session_busy");
    assertThat(json(answer).get("detail").stringValue()).contains("8 turns that wait");
    assertThat(json(answer).get("turnId").stringValue()).isEqualTo(first.toString());
    assertThat(answer.headers().firstValue("Retry-After").orElseThrow()).matches("[1-5]");
    post("/api/chat/" + session + "/cancel", "{\"turnId\":\"" + waiting.getLast() + "\"}");
    assertThat(status(submit(session, "enqueue"))).isEqualTo("waiting");
  }

  @Test
  void cancel_ofTheActiveTurnGoesOnWithTheOneThatWaits() {
    String session = newSession();
    TurnId first = submit(session);
    backstage.worker().begin(first).say("Once ");
    TurnId unrun = turn(submit(session, "enqueue"));
    TurnId last = turn(submit(session, "enqueue"));
    post("/api/chat/" + session + "/cancel", "{\"turnId\":\"" + unrun + "\"}");

    post("/api/chat/" + session + "/cancel", "");

    assertThat(status(first)).isEqualTo(TurnStatus.CANCELLED);
    backstage.worker().answer(last, "Later");
    assertThat(types(session))
        .containsExactly(
            "user", "start", "text", "cancel", "user", "cancel", "user", "start", "text", "end");
    assertThat(ids(session)).isSorted();
  }

  private List<EntryId> ids(String session) {
    return backstage.streams().read(key(session), EntryId.ZERO, 100).stream()
        .map(Entry::id)
        .toList();
  }

  @Test
  void cancel_ofAWaitingTurnEndsItsStream() {
    String session = newSession();
    submit(session);
    var streaming = later(submission(session, "enqueue", true));
    await().until(() -> hub.readers() == 1);
    TurnId waiting = backstage.turns().looks().getLast().view().id();

    var answer = post("/api/chat/" + session + "/cancel", "{\"turnId\":\"" + waiting + "\"}");

    assertThat(status(answer)).isEqualTo("cancelled");
    assertThat(types(streaming.orTimeout(20, TimeUnit.SECONDS).join())).containsExactly("cancel");
    assertThat(types(get(stream(session, waiting)))).containsExactly("cancel");
    assertThat(types(session)).containsExactly("user");
  }

  @Test
  void interrupt_endsWhatRunsAndWaitsAndIsQueued() {
    String session = newSession();
    TurnId first = submit(session);
    backstage.worker().begin(first).say("Once ");
    var ofFirst = later(stream(session, first));
    var ofSecond = later(submission(session, "enqueue", true));
    await().until(() -> hub.readers() == 2);
    TurnId second = backstage.turns().looks().getLast().view().id();

    var answer = submit(session, "interrupt");

    TurnId last = turn(answer);
    assertThat(status(answer)).isEqualTo("accepted");
    assertThat(types(ofFirst.orTimeout(20, TimeUnit.SECONDS).join()))
        .containsExactly("user", "start", "text", "cancel");
    assertThat(types(ofSecond.orTimeout(20, TimeUnit.SECONDS).join()))
        .containsExactly("user", "cancel");
    assertThat(ofSecond.orTimeout(20, TimeUnit.SECONDS).join().body())
        .contains("\"reason\":\"interrupted\"");
    assertThat(backstage.interrupted()).contains(first).doesNotContain(second);
    var view = json(get("/api/chat/" + session + "/turns/" + first));
    assertThat(view.at("/cancelled/reason").stringValue()).isEqualTo("interrupted");
    assertThat(view.at("/message/parts/0/text").stringValue()).isEqualTo("Once ");
    backstage.worker().answer(last, "Instead");
    assertThat(types(session))
        .containsExactly(
            "user", "start", "text", "cancel", "user", "cancel", "user", "start", "text", "end");
  }

  @Test
  void interrupt_withRedisAwayIsAcceptedAllTheSame() {
    String session = newSession();
    TurnId first = submit(session);
    backstage.redis().setAway(true);

    TurnId last = turn(submit(session, "interrupt"));

    assertThat(status(first)).isEqualTo(TurnStatus.CANCELLED);
    assertThat(status(last)).isEqualTo(TurnStatus.ACCEPTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"enqueue", "interrupt"})
  void submit_repeatedUnderItsKeyIsTheSameTurnInAnyMode(String onBusy) {
    String session = newSession();
    submit(session);
    String key = "key of " + session;
    var first = send(submission(session, onBusy, false).header("Idempotency-Key", key));

    var again = send(submission(session, "interrupt", false).header("Idempotency-Key", key));
    var streaming = later(submission(session, "reject", true).header("Idempotency-Key", key));
    await().until(() -> hub.readers() == 1);
    var other = submit(session, "interrupt");

    assertThat(again.body()).isEqualTo(first.body());
    assertThat(types(streaming.orTimeout(20, TimeUnit.SECONDS).join()))
        .containsExactly("user", "cancel");
    var afterwards = send(submission(session, onBusy, false).header("Idempotency-Key", key));
    assertThat(turn(afterwards)).isEqualTo(turn(first));
    assertThat(status(afterwards)).isEqualTo("cancelled");
    assertThat(status(turn(other))).isEqualTo(TurnStatus.ACCEPTED);
  }
}
