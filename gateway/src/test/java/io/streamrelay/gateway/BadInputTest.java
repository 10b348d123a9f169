package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest extends GatewayTest {
  static Stream<Arguments> badBodies() {
    return Stream.of(
        arguments("", "empty"),
        arguments("{", "malformed JSON, line 1, column"),
        arguments("{\n \"message\": oops}", "malformed JSON, line 2, column"),
        arguments("{\"message\":\"a\"} x", "line 1"),
        arguments("{\"message\":\"a\"}{}", "something follows"),
        arguments("{\"message\":\"a\",\"message\":\"b\"}", "a field is there twice"),
        arguments("[]", "must be a JSON object"),
        arguments("\"a\"", "must be a JSON object"),
        arguments("null", "must be a JSON object"),
        arguments("{}", "either 'message' or 'messages'"),
        arguments("{\"message\":\"a\",\"messages\":[]}", "either 'message' or 'messages'"),
        arguments("{\"mesage\":\"a\"}", "unknown field 'mesage'; known are context, lane, message"),
        arguments("{\"message\":{\"text\":\"a\"}}", "unknown field 'text' in message"),
        arguments("{\"message\":1}", "'message' must be a string, or an object with 'parts'"),
        arguments("{\"message\":\"\"}", "'message' is empty"),
        arguments("{\"message\":\" \\n\"}", "'message' is empty"),
        arguments("{\"message\":{\"parts\":[]}}", "'message' is empty"),
        arguments("{\"message\":{}}", "'message.parts' is missing"),
        arguments("{\"message\":{\"parts\":{}}}", "'message.parts' must be an array"),
        arguments(
            "{\"message\":{\"parts\":[{\"type\":\"image\",\"text\":\"a\"}]}}",
            "unknown field 'text' in message.parts[0]"),
        arguments("{\"message\":\"a\\u0000b\"}", "'message' has U+0000 at character 1"),
        arguments("{\"message\":\"a\\ud83d\"}", "'message' has an unpaired surrogate"),
        arguments("{\"message\":\"a\\ude00b\"}", "'message' has an unpaired surrogate"),
        arguments("{\"message\":\"a\",\"system\":\"\\u0000\"}", "'system' has U+0000"),
        arguments("{\"message\":\"a\",\"model\":\"\\ud800\"}", "'model' has an unpaired"),
        arguments("{\"message\":\"a\",\"model\":7}", "'model' must be a string"),
        arguments("{\"message\":\"a\",\"stream\":\"yes\"}", "'stream' must be true or false"),
        arguments(
            "{\"message\":\"a\",\"onBusy\":\"ENQUEUE\"}",
            "'onBusy' must be 'reject', 'enqueue' or 'interrupt', not 'ENQUEUE'"),
        arguments("{\"message\":\"a\",\"onBusy\":1}", "'onBusy'"),
        arguments("{\"message\":\"a\",\"lane\":\"fast\"}", "'lane' must be"),
        arguments("{\"message\":\"a\",\"timeoutSeconds\":0}", "'timeoutSeconds' must be 1 to 3600"),
        arguments("{\"message\":\"a\",\"timeoutSeconds\":3601}", "'timeoutSeconds' must be"),
        arguments("{\"message\":\"a\",\"timeoutSeconds\":1.5}", "must be a whole number"),
        arguments("{\"message\":\"a\",\"timeoutSeconds\":1e99}", "'timeoutSeconds' must be"),
        arguments("{\"message\":\"a\",\"timeoutSeconds\":99999999999999999999}", "must be 1 to"),
        arguments("{\"message\":\"a\",\"parameters\":[]}", "'parameters' must be an object"),
        arguments(
            "{\"message\":\"a\",\"parameters\":{\"x\":1}}", "unknown field 'x' in parameters"),
        arguments(
            "{\"message\":\"a\",\"parameters\":{\"temperature\":2.1}}",
            "'parameters.temperature' must be 0.0 to 2.0"),
        arguments("{\"message\":\"a\",\"parameters\":{\"temperature\":\"1\"}}", "must be a number"),
        arguments(
            "{\"message\":\"a\",\"parameters\":{\"reasoningEffort\":\"HIGH\"}}",
            "'parameters.reasoningEffort' must be one of 'none', 'minimal', 'low', 'medium', 'high',"
                + " not 'HIGH'"),
        arguments("{\"message\":\"a\",\"context\":\"b\"}", "'context' must be an array"),
        arguments(
            "{\"message\":\"a\",\"context\":[1]}", "'context[0]' must be a string or an object"),
        arguments("{\"message\":\"a\",\"context\":[\"b\",\" \"]}", "'context[1]' is empty"),
        arguments(
            "{\"message\":\"a\",\"context\":[{\"text\":\"\"}]}", "'context[0].text' is empty"),
        arguments(
            "{\"message\":\"a\",\"context\":[{\"title\":\"b\"}]}", "'context[0].text' is missing"),
        arguments(
            "{\"message\":\"a\",\"context\":[{\"text\":\"b\",\"title\":\"c\\nd\"}]}",
            "'context[0].title' must have 1 to 200 characters, in one line"),
        arguments(
            "{\"message\":\"a\",\"context\":[{\"text\":\"b\",\"url\":\"c\"}]}",
            "unknown field 'url' in context[0]"),
        arguments("{\"message\":\"a\",\"context\":[\"\\u0000\"]}", "'context[0]' has U+0000"),
        arguments("{\"message\":\"a\",\"metadata\":[]}", "'metadata' must be an object"),
        arguments("{\"message\":\"a\",\"metadata\":{\"a\":1}}", "'metadata.a' must be a string"),
        arguments(
            "{\"message\":\"a\",\"metadata\":{\"a b\":\"1\"}}", "'metadata' has the field 'a b'"),
        arguments("{\"message\":\"a\",\"metadata\":{\"\":\"1\"}}", "'metadata' has the field ''"),
        arguments(
            "{\"message\":\"a\",\"metadata\":{\"a\":\"\\u0000\"}}", "'metadata.a' has U+0000"),
        arguments("{\"message\":\"a\",\"parameters\":{\"topP\":-1}}", "'parameters.topP' must be"),
        arguments("{\"message\":\"a\",\"parameters\":{\"maxTokens\":0}}", "must be 1 to"),
        arguments("{\"message\":\"a\",\"parameters\":{\"stop\":\"x\"}}", "must be an array"),
        arguments("{\"message\":\"a\",\"parameters\":{\"stop\":[1]}}", "stop[0]' must be a string"),
        arguments("{\"message\":\"a\",\"parameters\":{\"stop\":[\"\"]}}", "needs 1 to"),
        arguments(
            "{\"messages\":[]}", "the last of 'messages' must have the role 'user' or 'tool'"),
        arguments(
            "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\"}]}",
            "the last of 'messages' must have the role 'user' or 'tool'"),
        arguments("{\"messages\":[{\"role\":\"boss\",\"content\":\"a\"}]}", "'messages[0].role'"),
        arguments("{\"messages\":[{\"content\":\"a\"}]}", "'messages[0].role' is missing"),
        arguments("{\"messages\":[{\"role\":\"user\"}]}", "'messages[0].content' or 'parts'"),
        arguments("{\"messages\":[{\"role\":\"user\",\"content\":\"\"}]}", "is empty"),
        arguments("{\"messages\":[\"a\"]}", "'messages[0]' must be an object"),
        arguments("{\"message\":" + "[".repeat(100) + "]".repeat(100) + "}", "too deep"),
        arguments("{\"message\":\"a\",\"timeoutSeconds\":" + "9".repeat(500) + "}", "too long"));
  }

  @ParameterizedTest
  @MethodSource("badBodies")
  void submit_ofABadBodyIs400AndSaysWhatToChange(String body, String detail) {
    var answer = post("/api/chat/" + newSession(), body);

    assertProblem(answer, 400, "invalid_request");
    assertThat(json(answer).get("detail").stringValue()).contains(detail);
  }

  @Test
  void submit_ofAnUnknownModelListsThoseThereAre() {
    var answer =
        post("/api/chat/" + newSession(), "{\"message\":\"a\",\"model\":\"gpt-<b>9\\u001b\"}");

    assertProblem(answer, 400, "unknown_model");
    assertThat(json(answer).at("/models/0").stringValue()).isEqualTo("demo*");
    assertThat(json(answer).get("detail").stringValue()).contains("'gpt-<b>9?'").contains("demo*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"streams", "sessions", "search", ".a", "-", "a%20b", "%C3%A4"})
  void submit_toABadSessionIdIs400(String session) {
    assertProblem(post("/api/chat/" + session, "{\"message\":\"a\"}"), 400, "invalid_request");
  }

  @Test
  void submit_toATooLongSessionIdIs400() {
    assertProblem(
        post("/api/chat/" + "a".repeat(129), "{\"message\":\"a\"}"), 400, "invalid_request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/x-www-form-urlencoded", "nonsense", "application/xml"})
  void submit_ofAnotherContentTypeIs415(String type) {
    var answer =
        send(
            request("/api/chat/" + newSession())
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("{\"message\":\"a\"}")));

    assertProblem(answer, 415, "invalid_request");
  }

  @Test
  void submit_withoutContentTypeIsRead() {
    var answer =
        send(
            request("/api/chat/" + newSession())
                .POST(BodyPublishers.ofString("{\"message\":\"a\"}")));

    assertThat(answer.statusCode()).isEqualTo(202);
  }

  @Test
  void submit_ofCompressedBodyIs415() {
    var answer =
        send(
            request("/api/chat/" + newSession())
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofString("{\"message\":\"a\"}")));

    assertProblem(answer, 415, "invalid_request");
  }

  @Test
  void submit_ofATooLargeBodyIs413() {
    String large = "{\"message\":\"" + "a".repeat(256 * 1024) + "\"}";

    var announced = post("/api/chat/" + newSession(), large);
    var chunked =
        send(
            request("/api/chat/" + newSession())
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(large.getBytes()))));

    assertProblem(announced, 413, "invalid_request");
    assertProblem(chunked, 413, "invalid_request");
  }

  /** More than sockets buffer: closed while they still send, clients would see no answer. */
  @Test
  void submit_ofAMuchTooLargeBodyIsAnsweredEachTime() {
    String large = "{\"message\":\"" + "a".repeat(3 * 1024 * 1024) + "\"}";

    for (int i = 0; i < 20; i++) {
      assertProblem(post("/api/chat/" + newSession(), large), 413, "invalid_request");
    }
  }

  @Test
  void submit_ofATooLargeMessageIs413() {
    String large = "{\"message\":\"" + "a".repeat(128 * 1024 + 1) + "\"}";

    var answer = post("/api/chat/" + newSession(), large);

    assertProblem(answer, 413, "invalid_request");
  }

  @Test
  void submit_ofTheLargestMessageIsAccepted() {
    String large = "{\"message\":\"" + "a".repeat(128 * 1024) + "\"}";

    assertThat(post("/api/chat/" + newSession(), large).statusCode()).isEqualTo(202);
  }

  @Test
  void unknownRoute_is404() {
    assertProblem(get("/api/nothing"), 404, "not_found");
    assertProblem(get("/api/chat/s/nothing/at/all"), 404, "not_found");
    assertProblem(get("/nothing.html"), 404, "not_found");
    assertProblem(get("/v2/models"), 404, "not_found");
    assertProblem(get("/error"), 404, "not_found");
    assertProblem(post("/", "{}"), 404, "not_found");
  }

  @Test
  void wrongMethod_is405AndNamesTheRightOnes() {
    HttpResponse<String> answer = get("/api/chat/" + newSession() + "/cancel");

    assertProblem(answer, 405, "invalid_request");
    assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
    assertProblem(send(request("/api/models").DELETE()), 405, "invalid_request");
    assertProblem(
        send(request("/api/models").method("TRACE", BodyPublishers.noBody())),
        405,
        "invalid_request");
    assertProblem(
        send(request("/api/models").method("BREW", BodyPublishers.noBody())),
        405,
        "invalid_request");
  }

  @Test
  void options_namesTheMethods() {
    var answer = send(request("/api/models").method("OPTIONS", BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Allow").orElseThrow()).contains("GET");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/event-stream", "text/html", "image/png", "nonsense"})
  void accept_decidesNothing(String accept) {
    var models = send(request("/api/models").header("Accept", accept));
    var problem = send(request("/api/chat/nobody/messages").header("Accept", accept));

    assertThat(models.statusCode()).isEqualTo(200);
    assertThat(models.headers().firstValue("Content-Type")).hasValue("application/json");
    assertProblem(problem, 404, "not_found");
  }

  @Test
  void query_thatIsNoUtf8Is400() {
    String session = newSession();
    submit(session);

    assertProblem(get("/api/chat/" + session + "/stream?after=%C3%28"), 400, "invalid_request");
  }
}
