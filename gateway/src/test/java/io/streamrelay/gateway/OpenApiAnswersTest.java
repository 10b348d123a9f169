package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.openapi.OpenApiDocument;
import io.streamrelay.gateway.openapi.Schemas;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.HeldJobs;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.turn.ClaimRequest;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.protocol.worker.WorkerReport;
import io.streamrelay.protocol.worker.WorkerState;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the gateway answers is what the document says: status, headers and every field. */
class OpenApiAnswersTest extends GatewayTest {
  private static final JsonNode DOCUMENT = OpenApiDocument.read(Path.of("..", "docs", "openapi"));
  private static final Schemas SCHEMAS = new Schemas(DOCUMENT);

  private static final String MEDIA =
      """
      {"message": {"parts": [
        {"type": "image", "url": "https://example.org/mill.png"},
        {"type": "file", "name": "mill.txt", "mediaType": "text/plain", "data": "QSBtaWxs"}]}}
      """;
  private static final String RESULT =
      """
      {"message": {"parts": [{"type": "tool_result", "toolCallId": "call_1", "content": "sunny"}]}}
      """;

  private final Map<String, JsonNode> operations = operations();
  private final Set<String> answered = new TreeSet<>();
  private final Set<String> events = new TreeSet<>();

  private static Map<String, JsonNode> operations() {
    Map<String, JsonNode> operations = new TreeMap<>();
    for (JsonNode path : DOCUMENT.get("paths")) {
      for (JsonNode operation : path) {
        if (operation.has("operationId")) {
          operations.put(operation.get("operationId").stringValue(), operation);
        }
      }
    }
    return operations;
  }

  @Test
  void everyOperation_answersAsDocumented() {
    String session = newSession();
    String path = "/api/chat/" + session;
    TurnId turn = submitAndLook(path);
    backstage.worker().answer(turn, "Once upon a time");
    lookAtTheEnd(path, turn);
    lookAtFailures(path, turn);
    lookAtCancelled();
    lookAtSessions();
    lookAtUiChat();
    lookAtAdmin();
    check("listModels", 200, get("/api/models"));
    check("getModelsConfig", 200, get("/api/models/config"));
    check("listModels", 400, send(request("/api/models").header("X-Relay-User", "a b")));
    check("makeStreamToken", 200, post("/api/stream-tokens", "{\"session\":\"s-1\"}"));
    check("makeStreamToken", 400, post("/api/stream-tokens", "{\"session\":\"a b\"}"));
    check("makeStreamToken", 200, post("/api/stream-tokens", "{\"socket\":true}"));
    check("openSocket", 426, get("/ws/chat"));
    check("getVersion", 200, get("/api/version"));
    lookAtOpenAi();
    lookAtResponses();

    assertThat(answered).isEqualTo(operations.keySet());
    assertThat(events).contains("user", "start", "text", "end", "cancel");
  }

  private void lookAtOpenAi() {
    check("listOpenAiModels", 200, get("/v1/models"));
    check("getOpenAiModel", 200, get("/v1/models/demo"));
    check("getOpenAiModel", 404, get("/v1/models/nobody"));
    check("getOpenAiModelOfVendor", 200, get("/v1/models/demo/x"));
    String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    String session = newSession();
    TurnId turn = submit(session);
    var request =
        request("/v1/chat/completions")
            .headers("Content-Type", "application/json", "x-relay-session", session)
            .POST(BodyPublishers.ofString(body));
    check("createChatCompletion", 409, send(request));
    backstage.worker().answer(turn, "Hello");
    var whole = later(request);
    TurnId asked = await().until(() -> active(session), active -> active != null);
    backstage.worker().answer(asked, "Once upon a time");
    check("createChatCompletion", 200, whole.join());
    check("createChatCompletion", 400, post("/v1/chat/completions", "{}"));
  }

  private void lookAtResponses() {
    var created =
        check(
            "createResponse",
            200,
            post("/v1/responses", "{\"input\":\"Hello\",\"background\":true}"));
    String id = json(created).get("id").stringValue();
    String path = "/v1/responses/" + id;
    check("createResponse", 400, post("/v1/responses", "{}"));
    check(
        "createResponse",
        409,
        post("/v1/responses", "{\"input\":\"x\",\"previous_response_id\":\"" + id + "\"}"));
    backstage.worker().answer(TurnId.parse(id.substring("resp_".length())), "Once upon a time");
    check("getResponse", 200, get(path));
    check("getResponse", 400, get(path + "?stream=x"));
    check("listResponseInput", 200, get(path + "/input_items"));
    check("cancelResponse", 200, post(path + "/cancel", ""));
    check("deleteResponse", 200, send(request(path).DELETE()));
    check("deleteResponse", 404, send(request(path).DELETE()));
    check("getResponse", 404, get(path));
    check("cancelResponse", 404, post(path + "/cancel", ""));
    check("listResponseInput", 404, get(path + "/input_items"));
  }

  private TurnId active(String session) {
    JsonNode active = json(get("/api/chat/" + session)).get("active");
    return active == null ? null : TurnId.parse(active.get("turnId").stringValue());
  }

  private TurnId submitAndLook(String path) {
    var submitted = check("submitTurn", 202, submit(path, "{\"message\":\"Hello\"}", "a"));
    TurnId turn = TurnId.parse(json(submitted).get("turnId").stringValue());
    check("submitTurn", 409, submit(path, "{\"message\":\"Hello\"}", "b"));
    check("submitTurn", 422, submit(path, "{\"message\":\"Bye\"}", "a"));
    check("getTurn", 200, get(path + "/turns/" + turn));
    return turn;
  }

  /** Keys are the caller's, so they begin with the path, which no other test has. */
  private HttpResponse<String> submit(String path, String body, String key) {
    return send(
        request(path)
            .header("Idempotency-Key", path + key)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private void lookAtTheEnd(String path, TurnId turn) {
    check("submitTurn", 200, submit(path, "{\"message\":\"Hello\",\"stream\":true}", "a"));
    check("getTurn", 200, get(path + "/turns/" + turn + "?wait=1"));
    var streamed = check("streamTurn", 200, get(path + "/turns/" + turn + "/stream"));
    String last = streamed.body().strip().replaceAll("(?s).*id: ", "");
    check("streamTurn", 204, get(path + "/turns/" + turn + "/stream?after=" + last));
    check("streamSession", 200, get(path + "/stream?after=1-0"));
    check("streamSession", 204, get(path + "/stream?after=" + last));
    check("submitTurn", 202, post(path, MEDIA));
    check("listMessages", 200, get(path + "/messages?limit=2"));
  }

  private void lookAtFailures(String path, TurnId turn) {
    check("submitTurn", 400, post(path, "{\"message\":\"a\",\"model\":\"nobody\"}"));
    check("submitTurn", 400, post(path, "{\"mesage\":\"a\"}"));
    check("submitTurn", 409, post("/api/chat/" + newSession(), RESULT));
    check("submitTurn", 413, post(path, "{\"message\":\"" + "a".repeat(256 * 1024) + "\"}"));
    check(
        "submitTurn",
        415,
        send(
            request(path).header("Content-Type", "text/plain").POST(BodyPublishers.ofString("a"))));
    check("getTurn", 400, get(path + "/turns/" + turn + "?wait=0"));
    check("getTurn", 404, get(path + "/turns/" + TurnId.make()));
    check("streamSession", 404, get("/api/chat/" + newSession() + "/stream"));
    check(
        "listMessages",
        403,
        send(request(path + "/messages").header("Origin", "http://x.example")));
    backstage.postgres().setAway(true);
    check("submitTurn", 503, post("/api/chat/" + newSession(), "{\"message\":\"a\"}"));
    backstage.postgres().setAway(false);
  }

  private void lookAtCancelled() {
    String session = newSession();
    String path = "/api/chat/" + session;
    TurnId turn = submit(session);
    backstage.worker().begin(turn).say("Once");
    check("cancelTurn", 200, post(path + "/cancel", "{\"reason\":\"enough\"}"));
    check("stopTurn", 200, post(path + "/stop", ""));
    check("getTurn", 200, get(path + "/turns/" + turn));
    check("streamTurn", 200, get(path + "/turns/" + turn + "/stream"));
  }

  private void lookAtSessions() {
    var started = check("startTurn", 202, post("/api/chat/start", "{\"message\":\"Hello\"}"));
    String path = "/api/chat/" + json(started).get("sessionId").stringValue();
    backstage.worker().begin(TurnId.parse(json(started).get("turnId").stringValue()));
    check("listStreams", 200, get("/api/chat/streams"));
    check("getSession", 200, get(path));
    check("renameSession", 200, rename(path, "{\"title\":\"A story\"}"));
    check("renameSession", 200, rename(path, "{\"title\":null}"));
    check("renameSession", 400, rename(path, "{}"));
    check("listSessions", 200, get("/api/chat/sessions?limit=1"));
    check("listSessions", 400, get("/api/chat/sessions?limit=0"));
    check("deleteSession", 204, send(request(path).DELETE()));
    check("getSession", 404, get(path));
  }

  private void lookAtUiChat() {
    String session = newSession();
    String path = "/api/ui/chat/" + session;
    check("resumeUiChat", 204, get(path + "/stream"));
    var running = backstage.worker().begin(submit(session));
    running.say("Once");
    var resumed = later(path + "/stream");
    await().until(() -> hub.readers() == 1);
    check("stopUiChat", 200, post(path + "/stop", "{}"));
    check("resumeUiChat", 200, resumed.join());
    String chat =
        """
        {"id": "%s", "messages": [{"role": "user", "parts": [{"type": "text", "text": "Hello"}]}]}
        """
            .formatted(session);
    var sent = later(chat(chat));
    await().until(() -> hub.readers() == 1);
    check("stopUiChat", 200, post(path + "/stop", ""));
    check("sendUiChat", 200, sent.join());
    check("sendUiChat", 400, send(chat("{}")));
  }

  private HttpRequest.Builder chat(String body) {
    return request("/api/ui/chat")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  private void lookAtAdmin() {
    String session = newSession();
    TurnId dead = submit(session);
    JobId job = new JobId(Lane.INTERACTIVE, "1-1");
    for (int claim = 0; claim <= TurnStore.MAX_ATTEMPTS; claim++) {
      backstage.turns().claim(new ClaimRequest(dead, job, "worker-1", "token-" + claim, null));
    }
    TurnId running = submit(newSession());
    JobId held = new JobId(Lane.INTERACTIVE, "1-2");
    backstage.turns().claim(new ClaimRequest(running, held, "worker-1", "token", null));
    backstage.held().put(held, new HeldJobs.Hold("worker-1", Duration.ZERO, 1));
    Map<String, Long> quiet = Map.of(running.toString(), 1L);
    WorkerReport report = new WorkerReport("worker-1", WorkerState.WORKING, 64, 1, quiet);
    backstage.workers().report(report);
    for (String state : Set.of("running", "waiting", "stuck", "dead")) {
      check("listTurns", 200, get("/admin/turns?limit=200&state=" + state));
    }
    check("listTurns", 400, get("/admin/turns?state=odd"));
    check("requeueTurn", 200, post("/admin/turns/" + dead + "/requeue", ""));
    check("requeueTurn", 404, post("/admin/turns/" + TurnId.make() + "/requeue", ""));
    check("cancelAnyTurn", 200, post("/admin/turns/" + running + "/cancel", "{\"reason\":\"x\"}"));
    check("listWorkers", 200, get("/admin/workers"));
    check("drainWorker", 202, post("/admin/workers/worker-1/drain", ""));
    check("drainWorker", 404, post("/admin/workers/nobody/drain", ""));
  }

  private HttpResponse<String> rename(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> check(String operation, int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as("%s: %s", operation, answer.body()).isEqualTo(status);
    answered.add(operation);
    JsonNode response =
        SCHEMAS.resolve(operations.get(operation).at("/responses/" + answer.statusCode()));
    assertThat(response.has("description")).as("%s %d", operation, status).isTrue();
    for (String header : response.path("headers").propertyNames()) {
      assertThat(answer.headers().firstValue(header)).as(operation + " " + header).isPresent();
    }
    if (response.has("content")) {
      String type = answer.headers().firstValue("Content-Type").orElseThrow();
      JsonNode schema = response.get("content").path(type.replaceAll(";.*", "")).path("schema");
      checkBody(operation + " " + status, answer, schema);
    } else {
      assertThat(answer.body()).isEmpty();
    }
    return answer;
  }

  private void checkBody(String what, HttpResponse<String> answer, JsonNode schema) {
    assertThat(schema.isObject()).as(what).isTrue();
    if (schema.path("type").asString("").equals("string")) {
      return; // of another's protocol: it has a test of its own
    }
    if (!schema.path("$ref").asString("").endsWith("/StreamEvent")) {
      assertThat(SCHEMAS.faults(json(answer), schema)).as(what).isEmpty();
      return;
    }
    for (String block : answer.body().strip().split("\n\n")) {
      if (block.startsWith("event: ")) {
        JsonNode event = event(block);
        events.add(event.get("event").stringValue());
        assertThat(SCHEMAS.faults(event, schema)).as(what).isEmpty();
      }
    }
  }

  private static JsonNode event(String block) {
    Map<String, String> lines = new HashMap<>();
    block.lines().forEach(line -> lines.put(line.split(": ", 2)[0], line.split(": ", 2)[1]));
    ObjectNode event = JSON.createObjectNode().put("event", lines.get("event"));
    event.set("data", JSON.readTree(lines.get("data")));
    return lines.containsKey("id") ? event.put("id", lines.get("id")) : event;
  }
}
