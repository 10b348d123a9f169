package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /api/ui/chat}, as the AI SDK's transport asks and reads. */
@Timeout(20)
class UiMessageTest extends GatewayTest {
  private static final String HELLO = user("Hello");

  @BeforeEach
  void nobodyReads() {
    await().until(() -> hub.readers() == 0);
  }

  private static String user(String text) {
    return "{\"id\":\"m1\",\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"%s\"}]}"
        .formatted(text);
  }

  private static String assistant(String... parts) {
    return "{\"id\":\"m2\",\"role\":\"assistant\",\"metadata\":{\"relay\":{}},\"parts\":["
        + String.join(",", parts)
        + "]}";
  }

  private static String text(String text) {
    return "{\"type\":\"text\",\"text\":\"%s\",\"state\":\"done\"}".formatted(text);
  }

  private static String tool(String id, String state, String more) {
    return "{\"type\":\"tool-look\",\"toolCallId\":\"%s\",\"state\":\"%s\"%s}"
        .formatted(id, state, more);
  }

  private static String chat(String session, String... messages) {
    return chatWith(session, "", messages);
  }

  private static String chatWith(String session, String more, String... messages) {
    return "{\"id\":\"%s\",\"messages\":[%s],\"trigger\":\"submit-message\"%s}"
        .formatted(session, String.join(",", messages), more);
  }

  private HttpRequest.Builder posted(String body) {
    return request("/api/ui/chat")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  /** Posts, and gives the turn that came of it once it is there. */
  private TurnId submitted(String session, CompletableFuture<HttpResponse<String>> answer) {
    await().until(() -> answer.isDone() || active(session) != null);
    TurnId turn = active(session);
    assertThat(turn).as(() -> answer.join().body()).isNotNull();
    return turn;
  }

  private TurnId active(String session) {
    var view = backstage.turns().session(key(session));
    ActiveTurn active = view == null ? null : view.active();
    return active == null ? null : active.turn();
  }

  private static List<String> chunks(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    assertThat(answer.headers().firstValue("x-vercel-ai-ui-message-stream")).hasValue("v1");
    return answer
        .body()
        .lines()
        .filter(line -> !line.isEmpty() && !line.equals(":"))
        .map(line -> {
          assertThat(line).startsWith("data: ");
          return line.substring(6);
        })
        .toList();
  }

  private static List<String> types(List<String> chunks) {
    return chunks.stream()
        .map(
            chunk -> chunk.startsWith("[") ? chunk : JSON.readTree(chunk).get("type").stringValue())
        .toList();
  }

  private static Utterance said(Role role, Part... parts) {
    return new Utterance(role, List.of(parts));
  }

  private static Part.ToolResult result(String id, String content, boolean failed) {
    return new Part.ToolResult(id, List.of(new Part.Text(content)), failed);
  }

  @Test
  void chat_streamsTheTurnAsAMessage() {
    String session = newSession();
    var answer = later(posted(chat(session, HELLO)));
    TurnId turn = submitted(session, answer);
    backstage.worker().answer(turn, "Hi there");

    List<String> chunks = chunks(answer.join());

    assertThat(types(chunks))
        .containsExactly(
            "start",
            "start-step",
            "text-start",
            "text-delta",
            "text-end",
            "finish-step",
            "finish",
            "[DONE]");
    assertThat(JSON.readTree(chunks.getFirst()).get("messageId").stringValue())
        .isEqualTo(turn.toString());
    var metadata = JSON.readTree(chunks.get(6)).at("/messageMetadata/relay");
    assertThat(metadata.at("/usage/totalTokens").intValue()).isEqualTo(8);
    assertThat(answer.join().headers().firstValue("X-Relay-Session")).hasValue(session);
  }

  @Test
  void chat_theClientsMessagesAreTheConversation() {
    String session = newSession();
    var first = later(posted(chat(session, HELLO)));
    backstage.worker().answer(submitted(session, first), "Hi there");
    first.join();

    var edited = later(posted(chat(session, user("Edited"), assistant(text("Yes")), HELLO)));
    var running = backstage.worker().begin(submitted(session, edited));
    running.end();
    edited.join();

    assertThat(running.request().messages())
        .containsExactly(
            said(Role.USER, new Part.Text("Edited")), said(Role.ASSISTANT, new Part.Text("Yes")));
  }

  @Test
  void chat_regenerateAnswersTheSameQuestionAnew() {
    String session = newSession();
    var first = later(posted(chat(session, HELLO)));
    backstage.worker().answer(submitted(session, first), "Hi there");
    first.join();

    String body =
        chat(session, HELLO)
            .replace("submit-message\"", "regenerate-message\",\"messageId\":\"m2\"");
    var again = later(posted(body));
    var running = backstage.worker().begin(submitted(session, again));
    running.say("Welcome");
    running.end();

    assertThat(running.request().messages()).isEmpty();
    assertThat(again.join().body()).contains("Welcome");
    assertThat(chunks(again.join()).getFirst()).isNotEqualTo(chunks(first.join()).getFirst());
  }

  @Test
  void chat_withAMessageAloneGoesOnWithTheSession() {
    String session = newSession();
    String body = "{\"id\":\"" + session + "\",\"message\":" + HELLO + "}";
    var answer = later(posted(body));
    var running = backstage.worker().begin(submitted(session, answer));
    running.end();

    assertThat(types(chunks(answer.join()))).endsWith("[DONE]");
    assertThat(running.request().messages()).isNull();
  }

  @Test
  void chat_toolResultsAreThoseOfTheAssistantsParts() {
    String session = newSession();
    String steps =
        assistant(
            "{\"type\":\"step-start\"}",
            "{\"type\":\"reasoning\",\"text\":\"hm\"}",
            text("Let me see"),
            tool("c1", "output-available", ",\"input\":{\"a\":1},\"output\":{\"b\":[2]}"),
            tool("c2", "output-error", ",\"rawInput\":\"{\",\"errorText\":\"no JSON\""),
            "{\"type\":\"data-weather\",\"data\":1}",
            tool("c3", "input-streaming", ""),
            "{\"type\":\"step-start\"}",
            text(" "),
            "{\"type\":\"dynamic-tool\",\"toolName\":\"find\",\"toolCallId\":\"c4\","
                + "\"state\":\"output-available\",\"input\":{},\"output\":\"sunny\"}");
    var answer = later(posted(chat(session, HELLO, steps)));
    var running = backstage.worker().begin(submitted(session, answer));
    running.end();
    answer.join();

    assertThat(running.request().messages())
        .containsExactly(
            said(Role.USER, new Part.Text("Hello")),
            said(
                Role.ASSISTANT,
                new Part.Reasoning("hm"),
                new Part.Text("Let me see"),
                new Part.ToolCall(0, "c1", "look", "{\"a\":1}"),
                new Part.ToolCall(1, "c2", "look", "{")),
            said(Role.TOOL, result("c1", "{\"b\":[2]}", false), result("c2", "no JSON", true)),
            said(Role.ASSISTANT, new Part.ToolCall(0, "c4", "find", "{}")));
    var messages = json(get("/api/chat/" + session + "/messages"));
    assertThat(messages.toString()).contains("\"toolCallId\":\"c4\"", "sunny");
  }

  @Test
  void chat_whatATakeoverTookBackIsNotSaidAgain() {
    String session = newSession();
    String taken =
        assistant(
            text("Once"),
            "{\"type\":\"data-relay-takeover\",\"data\":{\"attempt\":2}}",
            text("Twice"));
    var answer = later(posted(chat(session, HELLO, taken, user("More"))));
    var running = backstage.worker().begin(submitted(session, answer));
    running.end();
    answer.join();

    assertThat(running.request().messages().getLast())
        .isEqualTo(said(Role.ASSISTANT, new Part.Text("Twice")));
  }

  @Test
  void chat_filesAndOptionsAreThoseOfTheBody() {
    String session = newSession();
    String files =
        "{\"role\":\"user\",\"parts\":["
            + "{\"type\":\"file\",\"mediaType\":\"image/png\",\"url\":\"data:image/png;base64,AAAA\"},"
            + "{\"type\":\"file\",\"mediaType\":\"text/plain\",\"filename\":\"a.txt\","
            + "\"url\":\"https://example.org/a.txt\"}]}";
    String options = ",\"system\":\"Be brief.\",\"parameters\":{\"temperature\":0.5}";
    var answer = later(posted(chatWith(session, options, files, HELLO)));
    var running = backstage.worker().begin(submitted(session, answer));
    running.end();
    answer.join();

    assertThat(running.request().system()).isEqualTo("Be brief.");
    assertThat(running.request().parameters().temperature()).isEqualTo(0.5);
    assertThat(running.request().messages())
        .containsExactly(
            said(
                Role.USER,
                new Part.Image(null, "image/png", "AAAA"),
                new Part.File("a.txt", "https://example.org/a.txt", "text/plain", null)));
  }

  @Test
  void chat_whileATurnRunsTakesItsPlace() {
    String session = newSession();
    var first = later(posted(chat(session, HELLO)));
    TurnId stopped = submitted(session, first);
    backstage.worker().begin(stopped).say("Once ");

    var second = later(posted(chat(session, user("Rather this"))));

    assertThat(types(chunks(first.join()))).endsWith("message-metadata", "abort", "[DONE]");
    await().until(() -> active(session) != null && !active(session).equals(stopped));
    backstage.worker().answer(active(session), "Right");
    assertThat(second.join().body()).contains("Right");
  }

  @Test
  void chat_repeatedUnderAKeyIsTheSameMessage() {
    String session = newSession();
    String body = chat(session, HELLO);
    var first = later(posted(body).header("Idempotency-Key", session));
    backstage.worker().answer(submitted(session, first), "Hi");

    var again = send(posted(body).header("Idempotency-Key", session));

    assertThat(chunks(again)).isEqualTo(chunks(first.join()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"S\"}",
        "{\"messages\":[M]}",
        "{\"id\":\"a b\",\"messages\":[M]}",
        "{\"id\":\"S\",\"messages\":[]}",
        "{\"id\":\"S\",\"messages\":[M],\"message\":M}",
        "{\"id\":\"S\",\"messages\":[M],\"zzz\":1}",
        "{\"id\":\"S\",\"messages\":[M],\"trigger\":\"resume-stream\"}",
        "{\"id\":\"S\",\"message\":M,\"trigger\":\"regenerate-message\"}",
        "{\"id\":\"S\",\"messages\":[{\"role\":\"tool\",\"parts\":[]}]}",
        "{\"id\":\"S\",\"messages\":[{\"role\":\"user\",\"parts\":[]}]}",
        "{\"id\":\"S\",\"messages\":[{\"role\":\"user\",\"parts\":[{\"type\":\"tool-x\"}]}]}",
        "{\"id\":\"S\",\"messages\":[{\"role\":\"user\",\"parts\":[{\"type\":\"file\","
            + "\"mediaType\":\"image/png\",\"url\":\"http://127.0.0.1/\"}]}]}",
        "{\"id\":\"S\",\"messages\":[M,{\"role\":\"assistant\",\"parts\":"
            + "[{\"type\":\"text\",\"text\":\"a\"}]},{\"role\":\"assistant\",\"parts\":"
            + "[{\"type\":\"text\",\"text\":\"b\"}]}]}",
        "{\"id\":\"S\",\"messages\":[M,{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool-x\","
            + "\"toolCallId\":\"c1\",\"state\":\"output-available\",\"input\":{},\"output\":1},"
            + "{\"type\":\"tool-x\",\"toolCallId\":\"c2\",\"state\":\"input-available\","
            + "\"input\":{}}]}]}",
        "{\"id\":\"S\",\"messages\":[M,{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool-x\","
            + "\"toolCallId\":\"c1\",\"state\":\"output-available\",\"input\":{},"
            + "\"output\":\"\\u0000\"}]}]}"
      })
  void chat_whatCannotBeIs400AndNoTurn(String body) {
    String session = newSession();

    var answer = send(posted(body.replace("\"S\"", "\"" + session + "\"").replace("M", HELLO)));

    assertProblem(answer, 400, "invalid_request");
    assertProblem(get("/api/chat/" + session), 404, "not_found");
  }

  @Test
  void resume_byHeadOpensNoStream() {
    String session = newSession();
    var running = backstage.worker().begin(submit(session));
    running.say("Once");

    var answer = send(request("/api/ui/chat/" + session + "/stream").HEAD());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(hub.readers()).isZero();
    running.end();
  }

  @Test
  void takeoverHeader_mustBeKnown() {
    var request = posted(chat(newSession(), HELLO)).header("X-Relay-On-Takeover", "whatever");

    HttpResponse<String> answer = send(request);

    assertProblem(answer, 400, "invalid_request");
    assertThat(json(answer).get("detail").stringValue())
        .isEqualTo("'x-relay-on-takeover' must be 'reset' or 'mark', not 'whatever'");
  }

  @Test
  void resume_isTheRunningTurnFromItsStartForEachReader() {
    String session = newSession();
    String path = "/api/ui/chat/" + session + "/stream";
    var first = later(posted(chat(session, HELLO)));
    var running = backstage.worker().begin(submitted(session, first));
    running.say("Once ");

    var one = later(path);
    var two = later(path);
    await().until(() -> hub.readers() == 3);
    running.say("upon");
    running.end();

    List<String> whole = chunks(first.join());
    assertThat(whole).filteredOn(chunk -> chunk.contains("text-delta")).hasSize(2);
    assertThat(chunks(one.join())).isEqualTo(whole);
    assertThat(chunks(two.join())).isEqualTo(whole);
  }

  @Test
  void resume_withoutARunningTurnIs204() {
    String session = newSession();

    assertThat(get("/api/ui/chat/" + session + "/stream").statusCode()).isEqualTo(204);

    backstage.worker().answer(submit(session), "Hi");
    assertThat(get("/api/ui/chat/" + session + "/stream").statusCode()).isEqualTo(204);
  }

  @Test
  void resume_withPostgresAwayReadsOn() {
    String session = newSession();
    var running = backstage.worker().begin(submit(session));
    running.say("Once ");
    backstage.postgres().setAway(true);

    var following = later("/api/ui/chat/" + session + "/stream");
    await().until(() -> hub.readers() == 1);
    backstage.postgres().setAway(false);
    running.end();

    assertThat(types(chunks(following.join())))
        .startsWith("start", "start-step")
        .endsWith("[DONE]");
  }

  @Test
  void nativeTurn_isFollowedAndStoppedHere() {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().begin(turn).say("Once ");
    var here = later("/api/ui/chat/" + session + "/stream");
    var natively = later("/api/chat/" + session + "/stream");
    await().until(() -> hub.readers() == 2);

    var stopped = post("/api/ui/chat/" + session + "/stop", "");

    assertThat(json(stopped).get("status").stringValue()).isEqualTo("cancelled");
    assertThat(types(chunks(here.join()))).contains("text-delta").endsWith("abort", "[DONE]");
    assertThat(types(natively.join())).containsExactly("user", "start", "text", "cancel");
  }

  @Test
  void turnOfHere_isFollowedAndCancelledNatively() {
    String session = newSession();
    var here = later(posted(chat(session, HELLO)));
    backstage.worker().begin(submitted(session, here)).say("Once ");
    var natively = later("/api/chat/" + session + "/stream");
    await().until(() -> hub.readers() == 2);

    post("/api/chat/" + session + "/cancel", "{\"reason\":\"enough\"}");

    assertThat(types(natively.join())).containsExactly("user", "start", "text", "cancel");
    assertThat(chunks(here.join()))
        .anyMatch(chunk -> chunk.contains("\"reason\":\"enough\""))
        .endsWith("{\"type\":\"abort\"}", "[DONE]");
  }
}
