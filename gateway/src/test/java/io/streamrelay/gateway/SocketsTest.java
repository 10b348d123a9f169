package io.streamrelay.gateway;

import static io.streamrelay.gateway.TestSocket.ids;
import static io.streamrelay.gateway.TestSocket.kinds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.dialect.websocket.ChatSockets;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.protocol.event.TurnId;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What clients ask for by a socket's messages, and get. */
class SocketsTest extends GatewayTest {
  @Autowired ChatSockets sockets;
  @Autowired Hub tail;

  private final String session = newSession();
  private TestSocket socket;

  @BeforeEach
  void open() {
    socket = TestSocket.open(port);
  }

  @AfterEach
  void close() {
    socket.close();
    await().until(() -> sockets.active() == 0);
  }

  private String submission(String more) {
    return "{'type':'submit','requestId':'r1','sessionId':'"
        + session
        + "','message':'Hi'"
        + more
        + "}";
  }

  private TurnId submitted(String more) {
    JsonNode accepted = socket.send(submission(more)).next("accepted");
    assertThat(accepted.get("requestId").stringValue()).isEqualTo("r1");
    assertThat(accepted.get("sessionId").stringValue()).isEqualTo(session);
    return TurnId.parse(accepted.get("turnId").stringValue());
  }

  private String about(String type, String more) {
    return "{'type':'" + type + "','requestId':'r2','sessionId':'" + session + "'" + more + "}";
  }

  private JsonNode error(String code) {
    JsonNode error = socket.next("error");
    assertThat(error.get("code").stringValue()).as(error.toString()).isEqualTo(code);
    assertThat(error.get("detail").stringValue()).isNotBlank();
    return error;
  }

  @Test
  void submit_isAnsweredBeforeItsEventsWhichAreThoseOfTheEventStream() {
    TurnId turn = submitted("");
    var worker = backstage.worker().begin(turn);
    worker.think("hm \" \\ \n \u2028");
    worker.say("Once \uD83D\uDE00");
    worker.call("call_1", "get", "{\"a\":1}");
    worker.end();

    List<JsonNode> events = socket.eventsTo("end");
    JsonNode closed = socket.next("closed");
    var stream = get("/api/chat/" + session + "/turns/" + turn + "/stream");

    assertThat(kinds(events))
        .containsExactly("user", "start", "reasoning", "text", "tool_call", "end")
        .isEqualTo(types(stream));
    assertThat(ids(events))
        .isEqualTo(
            stream
                .body()
                .lines()
                .filter(line -> line.startsWith("id: "))
                .map(line -> line.substring(4))
                .toList());
    List<JsonNode> data =
        stream
            .body()
            .lines()
            .filter(line -> line.startsWith("data: ") && !line.equals("data: {}"))
            .map(line -> JSON.readTree(line.substring(6)))
            .toList();
    assertThat(events.stream().map(event -> event.get("data")).toList()).isEqualTo(data);
    assertThat(events).allMatch(event -> event.get("sessionId").stringValue().equals(session));
    assertThat(closed.get("reason").stringValue()).isEqualTo("finished");
    assertThat(closed.get("turnId").stringValue()).isEqualTo(turn.toString());
  }

  @Test
  void submit_withoutASessionMakesOne() {
    JsonNode accepted =
        socket
            .send("{'type':'submit','requestId':'r','message':'Hi','follow':false}")
            .next("accepted");

    String made = accepted.get("sessionId").stringValue();
    assertThat(get("/api/chat/" + made).statusCode()).isEqualTo(200);
    assertThat(accepted.get("status").stringValue()).isEqualTo("accepted");
  }

  @Test
  void submit_underAKeyIsTheSameTurnByEitherWay() {
    TurnId bySocket = submitted(",'idempotencyKey':'k-1','follow':false");
    var byHttp =
        send(
            request("/api/chat/" + session)
                .header("Idempotency-Key", "k-1")
                .POST(BodyPublishers.ofString("{\"message\":\"Hi\"}")));
    backstage.worker().answer(bySocket, "Once");
    var second =
        send(
            request("/api/chat/" + session)
                .header("Idempotency-Key", "k-2")
                .POST(BodyPublishers.ofString("{\"message\":\"Hi\"}")));
    TurnId again = submitted(",'idempotencyKey':'k-2'");
    backstage.worker().answer(again, "Twice");

    assertThat(json(byHttp).get("turnId").stringValue()).isEqualTo(bySocket.toString());
    assertThat(json(second).get("turnId").stringValue()).isEqualTo(again.toString());
    assertThat(kinds(socket.eventsTo("end"))).containsExactly("user", "start", "text", "end");
    socket.next("closed");
    socket.send(submission(",'idempotencyKey':'k-2','system':'other'"));
    error("idempotency_mismatch");
  }

  @Test
  void submit_repeatedOnTheSameSocketTellsItsEventsOnce() {
    TurnId turn = submitted(",'idempotencyKey':'k'");
    socket.eventsTo("user");
    TurnId again = submitted(",'idempotencyKey':'k'");
    backstage.worker().answer(turn, "Once");

    assertThat(again).isEqualTo(turn);
    assertThat(kinds(socket.eventsTo("end"))).containsExactly("start", "text", "end");
    socket.next("closed");
    socket.send("{'type':'ping','requestId':'p'}").next("pong");
  }

  @Test
  void submit_ofABusySessionIsRefusedAsByHttp() {
    TurnId turn = submitted(",'follow':false");
    socket.send(submission(""));

    JsonNode busy = error("session_busy");
    assertThat(busy.get("status").intValue()).isEqualTo(409);
    assertThat(busy.get("requestId").stringValue()).isEqualTo("r1");
    assertThat(busy.get("turnId").stringValue()).isEqualTo(turn.toString());
  }

  @Test
  void submit_whileAStoreIsAwayIsAnErrorThatSaysWhenToComeAgain() {
    backstage.postgres().setAway(true);
    socket.send(submission(""));

    JsonNode away = error("store_unavailable");
    assertThat(away.get("status").intValue()).isEqualTo(503);
    assertThat(away.get("retryAfter").intValue()).isBetween(1, 5);
    backstage.postgres().setAway(false);
    backstage.worker().answer(submitted(""), "Once");
    assertThat(kinds(socket.eventsTo("end"))).contains("text");
  }

  @Test
  void cancel_endsTheTurnOnce() {
    TurnId turn = submitted("");
    backstage.worker().begin(turn).say("Once");
    socket.eventsTo("text");

    socket.send(about("cancel", ",'turnId':'" + turn + "','reason':'enough'"));
    socket.send(about("cancel", ""));

    List<JsonNode> messages = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      messages.add(socket.next());
    }
    assertThat(messages.stream().map(message -> message.get("type").stringValue()))
        .containsExactlyInAnyOrder("event", "closed", "cancelled", "cancelled");
    for (JsonNode message : messages) {
      if (message.get("type").stringValue().equals("cancelled")) {
        assertThat(message.get("turnId").stringValue()).isEqualTo(turn.toString());
        assertThat(message.get("status").stringValue()).isEqualTo("cancelled");
        assertThat(message.get("requestId").stringValue()).isEqualTo("r2");
      }
    }
  }

  @Test
  void subscribe_goesOnAfterACursor() {
    TurnId turn = submit(session);
    backstage.worker().answer(turn, "Once");

    socket.send(about("subscribe", ",'turnId':'" + turn + "','after':'2-0'"));

    JsonNode subscribed = socket.next("subscribed");
    assertThat(subscribed.get("turnId").stringValue()).isEqualTo(turn.toString());
    assertThat(ids(socket.eventsTo("end"))).startsWith("2-1");
    socket.next("closed");
  }

  @Test
  void subscribe_withNothingLeftSaysSo() {
    TurnId turn = submit(session);
    backstage.worker().answer(turn, "Once");

    socket.send(about("subscribe", ""));

    assertThat(socket.next("subscribed").has("turnId")).isFalse();
    JsonNode closed = socket.next("closed");
    assertThat(closed.get("nothing").booleanValue()).isTrue();
    assertThat(closed.get("reason").stringValue()).isEqualTo("finished");
  }

  @Test
  void subscribe_ofASessionFollowsItsTurnsAndThoseItSubmits() {
    TurnId first = submit(session);
    socket.send(about("subscribe", ",'follow':true")).next("subscribed");
    backstage.worker().answer(first, "Once");
    assertThat(kinds(socket.eventsTo("end"))).containsExactly("user", "start", "text", "end");

    TurnId second = submitted("");
    backstage.worker().answer(second, "Twice");

    assertThat(kinds(socket.eventsTo("end"))).containsExactly("user", "start", "text", "end");
    socket.send(about("unsubscribe", "")).next("unsubscribed");
    TurnId third = submitted(",'follow':false");
    backstage.worker().answer(third, "Thrice");
    socket.send("{'type':'ping'}").next("pong");
  }

  @Test
  void subscribe_toWhatComesAlreadyIsRefused() {
    TurnId turn = submitted("");
    socket.eventsTo("user");

    for (String more : List.of(",'turnId':'" + turn + "'", "", ",'follow':true")) {
      socket.send(about("subscribe", more));
      error("invalid_request");
    }
    backstage.worker().answer(turn, "Once");
    assertThat(kinds(socket.eventsTo("end"))).containsExactly("start", "text", "end");
  }

  @Test
  void submit_withASubscriptionThatMayEndBeforeIsRefused() {
    TurnId turn = submit(session);
    socket.send(about("subscribe", "")).next("subscribed");
    socket.eventsTo("user");

    socket.send(submission(",'onBusy':'enqueue'"));

    error("invalid_request");
    backstage.worker().answer(turn, "Once");
    socket.eventsTo("end");
  }

  @Test
  void sessions_ofOneSocketComeEachInOrder() {
    int count = 20;
    List<ScriptedWorker.Running> workers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String each = session + "-" + i;
      workers.add(backstage.worker().begin(submit(each)));
      socket.send("{'type':'subscribe','requestId':'r','sessionId':'" + each + "'}");
      socket.after("subscribed");
    }
    for (int i = 0; i < 30; i++) {
      for (var worker : workers) {
        worker.say(i + " ");
      }
    }
    workers.forEach(ScriptedWorker.Running::end);

    Map<String, StringBuilder> said = new TreeMap<>();
    int ended = 0;
    while (ended < count) {
      JsonNode message = socket.next();
      String of = message.get("sessionId").stringValue();
      if (message.get("type").stringValue().equals("closed")) {
        ended++;
      } else if (message.get("event").stringValue().equals("text")) {
        said.computeIfAbsent(of, name -> new StringBuilder())
            .append(message.get("data").get("text").stringValue());
      }
    }

    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      all.append(i).append(' ');
    }
    assertThat(said).hasSize(count);
    assertThat(said.values()).allMatch(text -> text.toString().equals(all.toString()));
  }

  @Test
  void turnThatEndsWhileItWaits_isToldWithoutAnId() {
    submitted(",'follow':false");
    TurnId waiting = submitted(",'onBusy':'enqueue'");
    socket.send(about("cancel", ",'turnId':'" + waiting + "'"));

    JsonNode one = socket.next();
    while (!one.get("type").stringValue().equals("event")) {
      one = socket.next();
    }
    assertThat(one.get("event").stringValue()).isEqualTo("cancel");
    assertThat(one.has("id")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ | malformed",
        "[] | JSON object",
        "{'requestId':'x'} | 'type' is missing",
        "{'type':'dance','requestId':'x'} | only submit, cancel, subscribe, unsubscribe, ping",
        "{'type':'ping','more':1} | unknown field",
        "{'type':'ping','type':'ping'} | twice",
        "{'type':'ping'} x | malformed",
        "{'type':'cancel','sessionId':'s'} | 'requestId' is missing",
        "{'type':'ping','requestId':'a b'} | 'requestId' must be",
        "{'type':'ping','requestId':1} | must be a string",
        "{'type':'submit','requestId':'x','message':'Hi','stream':true} | unknown field",
        "{'type':'submit','requestId':'x','message':''} | is empty",
        "{'type':'submit','requestId':'x','message':'Hi','idempotencyKey':''} | idempotencyKey",
        "{'type':'submit','requestId':'x','message':'Hi','sessionId':'/'} | 'sessionId'",
        "{'type':'subscribe','requestId':'x'} | 'sessionId' is missing",
        "{'type':'subscribe','requestId':'x','sessionId':'s','turnId':'t'} | 'turnId' must be",
        "{'type':'subscribe','requestId':'x','sessionId':'s','follow':1} | true or false",
      })
  void messageThatBreaksARule_isAnErrorThatSaysWhich(String message, String why) {
    socket.send(message);

    assertThat(error("invalid_request").get("detail").stringValue()).contains(why);
    socket.send("{'type':'ping','requestId':'still'}");
    assertThat(socket.next("pong").get("requestId").stringValue()).isEqualTo("still");
  }

  @ParameterizedTest
  @ValueSource(strings = {"subscribe", "cancel", "unsubscribe"})
  void sessionThatIsntThere_isNotFound(String type) {
    socket.send(about(type, ""));

    assertThat(error("not_found").get("requestId").stringValue()).isEqualTo("r2");
  }

  @Test
  void tenMessagesInARowThatCantBeUnderstood_closeTheSocket() {
    for (int i = 0; i < 9; i++) {
      socket.send("no");
      error("invalid_request");
    }
    socket.send("{'type':'ping'}").next("pong");
    for (int i = 0; i < 10; i++) {
      socket.send("no");
      error("invalid_request");
    }

    assertThat(socket.closeCode()).isEqualTo(1008);
  }

  @Test
  void floodOfMessages_closesTheSocketAndHurtsNobodyElse() {
    TurnId turn = submit(session);
    try (TestSocket other = TestSocket.open(port)) {
      other.send(about("subscribe", "")).next("subscribed");
      other.eventsTo("user");
      for (int i = 0; i < 400 && !socket.isClosed(); i++) {
        try {
          socket.send("{'type':'ping'}");
        } catch (RuntimeException e) {
          break; // closed meanwhile
        }
      }
      assertThat(socket.closeCode()).isEqualTo(1008);

      backstage.worker().answer(turn, "Once");
      assertThat(kinds(other.eventsTo("end"))).containsExactly("start", "text", "end");
    }
  }

  @Test
  void closedSocket_leavesNoReader() {
    TurnId turn = submitted("");
    backstage.worker().begin(turn).say("Once");
    socket.eventsTo("text");

    socket.close();

    await().until(() -> tail.readers() == 0);
    assertThat(get("/api/chat/" + session + "/turns/" + turn).body()).contains("\"running\"");
  }
}
