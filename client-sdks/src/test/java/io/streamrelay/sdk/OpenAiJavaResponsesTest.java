package io.streamrelay.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIIoException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.Reasoning;
import com.openai.models.ReasoningEffort;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFormatTextJsonSchemaConfig;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseRetrieveParams;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.ResponseTextConfig;
import io.streamrelay.acceptance.RelaySystem;
import io.streamrelay.acceptance.SharedSystem;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The responses of OpenAI's own SDK for Java, with its base URL changed and nothing else. It checks
 * all it reads against OpenAI's own schema.
 */
@ExtendWith(SharedSystem.class)
class OpenAiJavaResponsesTest {
  private static final String QUICK = "demo-t30-i5-f5";
  private static final String PACED = "demo-t60-i25-f25";
  private static final String LONG = "demo-t2000-i25-f25";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RelaySystem system;
  private final OpenAIClient client;
  private final OpenAIClient other; // at the other gateway
  private final HttpClient http = HttpClient.newHttpClient();

  OpenAiJavaResponsesTest(RelaySystem system) {
    this.system = system;
    this.client = client(system.url(0));
    this.other = client(system.url(1));
  }

  private static OpenAIClient client(String gateway) {
    return OpenAIOkHttpClient.builder().baseUrl(gateway + "/v1").apiKey("none").build();
  }

  @AfterEach
  void close() {
    client.close();
    other.close();
    http.close();
  }

  private static ResponseCreateParams.Builder asking(String model) {
    return ResponseCreateParams.builder().model(model).input("Tell me a story");
  }

  private static String text(Response response) {
    return response.output().stream()
        .flatMap(item -> item.message().stream())
        .flatMap(message -> message.content().stream())
        .flatMap(content -> content.outputText().stream())
        .map(said -> said.text())
        .collect(Collectors.joining());
  }

  private static List<ResponseStreamEvent> all(StreamResponse<ResponseStreamEvent> stream) {
    try (stream) {
      return stream.stream().toList();
    }
  }

  /** The first so many; then the connection is given up. */
  private static List<ResponseStreamEvent> first(
      int most, StreamResponse<ResponseStreamEvent> stream) {
    List<ResponseStreamEvent> events = new ArrayList<>();
    try (stream) {
      Iterator<ResponseStreamEvent> rest = stream.stream().iterator();
      while (events.size() < most) {
        events.add(rest.next());
      }
    }
    return events;
  }

  private StreamResponse<ResponseStreamEvent> after(OpenAIClient at, String id, long number) {
    return at.responses()
        .retrieveStreaming(id, ResponseRetrieveParams.builder().startingAfter(number).build());
  }

  private static Map<?, ?> json(ResponseStreamEvent event) {
    Map<?, ?> json = event._json().orElseThrow().convert(Map.class);
    assertThat(json).isNotNull();
    return json;
  }

  private static List<?> json(List<ResponseStreamEvent> events) {
    return events.stream().map(OpenAiJavaResponsesTest::json).toList();
  }

  private static long number(ResponseStreamEvent event) {
    return ((Number) json(event).get("sequence_number")).longValue();
  }

  private static List<Long> numbers(List<ResponseStreamEvent> events) {
    return events.stream().map(OpenAiJavaResponsesTest::number).toList();
  }

  private static String id(List<ResponseStreamEvent> events) {
    return events.getFirst().asCreated().response().id();
  }

  private static Response completed(List<ResponseStreamEvent> events) {
    return events.getLast().asCompleted().response();
  }

  private static String deltas(List<ResponseStreamEvent> events) {
    return events.stream()
        .flatMap(event -> event.outputTextDelta().stream())
        .map(delta -> delta.delta())
        .collect(Collectors.joining());
  }

  private Response awaitEnd(String id) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> other.responses().retrieve(id),
            response ->
                !Set.of(ResponseStatus.QUEUED, ResponseStatus.IN_PROGRESS)
                    .contains(response.status().orElseThrow()));
  }

  private JsonNode get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(system.url(1) + path)));
  }

  private JsonNode post(String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(system.url(0) + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private JsonNode send(HttpRequest.Builder request) throws Exception {
    String body = http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    return JsonMapper.shared().readTree(body);
  }

  @Test
  void response_isWhatIsSaved() throws Exception {
    Response response;
    String session;
    try (HttpResponseFor<Response> raw =
        client
            .responses()
            .withRawResponse()
            .create(
                asking(QUICK)
                    .instructions("Be brief.")
                    .maxOutputTokens(500)
                    .temperature(0.5)
                    .build())) {
      session = raw.headers().values("x-relay-session").getFirst();
      response = raw.parse().validate();
    }

    assertThat(response.status()).hasValue(ResponseStatus.COMPLETED);
    assertThat(text(response)).hasSizeGreaterThan(50);
    assertThat(response.usage().orElseThrow().inputTokens()).isEqualTo(6);
    assertThat(response.usage().orElseThrow().outputTokens()).isEqualTo(30);
    assertThat(response.maxOutputTokens()).hasValue(500L);
    assertThat(other.responses().retrieve(response.id()).validate()).isEqualTo(response);
    assertThat(get("/api/chat/" + session + "/messages").toString())
        .contains(text(response).substring(0, 20));
  }

  @Test
  void stream_tellsTheSameByEventsWithoutAGap() {
    List<ResponseStreamEvent> events =
        all(client.responses().createStreaming(asking(QUICK).build()));

    events.forEach(ResponseStreamEvent::validate);
    assertThat(numbers(events))
        .containsExactlyElementsOf(LongStream.range(0, events.size()).boxed().toList());
    Response response = completed(events).validate();
    assertThat(deltas(events)).isEqualTo(text(response)).hasSizeGreaterThan(50);
    ResponseAccumulator accumulator = ResponseAccumulator.create();
    events.forEach(accumulator::accumulate);
    assertThat(accumulator.response()).isEqualTo(response);
    assertThat(other.responses().retrieve(response.id())).isEqualTo(response);
    assertThat(text(client.responses().create(asking(QUICK).build()))).isEqualTo(text(response));
  }

  @Test
  void background_isAskedForUntilItIsDone() {
    Response begun = client.responses().create(asking(PACED).background(true).build()).validate();

    assertThat(begun.status().orElseThrow())
        .isIn(ResponseStatus.QUEUED, ResponseStatus.IN_PROGRESS);
    assertThat(begun.output()).isEmpty();
    Response ended = awaitEnd(begun.id()).validate();
    assertThat(ended.status()).hasValue(ResponseStatus.COMPLETED);
    assertThat(ended.background()).hasValue(true);
    assertThat(text(ended)).hasSizeGreaterThan(100);
  }

  @Test
  void resume_afterAnyEventIsTheRestOfThem() {
    List<ResponseStreamEvent> whole =
        all(client.responses().createStreaming(asking(QUICK).build()));
    int last = whole.size() - 1;

    for (int seen : new TreeSet<>(List.of(0, 1, 2, 3, 4, 7, last / 2, last - 2, last - 1, last))) {
      List<ResponseStreamEvent> rest = all(after(other, id(whole), number(whole.get(seen))));
      assertThat(json(rest))
          .as("after %d of %d", seen, last)
          .isEqualTo(json(whole.subList(seen + 1, whole.size())));
    }
    assertThat(json(all(other.responses().retrieveStreaming(id(whole))))).isEqualTo(json(whole));
  }

  @Test
  void resume_ofWhatIsCutIsTheWholeAtAnotherGateway() {
    for (int seen : List.of(1, 2, 4, 9)) {
      List<ResponseStreamEvent> events =
          first(
              seen,
              client.responses().createStreaming(asking(PACED).background(seen % 2 == 0).build()));
      String id = id(events);
      List<ResponseStreamEvent> joined = new ArrayList<>(events);
      joined.addAll(first(3, after(other, id, number(events.getLast()))));
      joined.addAll(all(after(client, id, number(joined.getLast()))));

      assertThat(numbers(joined))
          .containsExactlyElementsOf(LongStream.range(0, joined.size()).boxed().toList());
      assertThat(deltas(joined)).isEqualTo(text(completed(joined))).hasSizeGreaterThan(100);
      assertThat(client.responses().retrieve(id)).isEqualTo(completed(joined));
    }
  }

  @Test
  void cancel_endsItForAllWhoRead() {
    List<ResponseStreamEvent> events =
        first(6, client.responses().createStreaming(asking(LONG).build()));

    Response cancelled = other.responses().cancel(id(events)).validate();

    assertThat(cancelled.status()).hasValue(ResponseStatus.CANCELLED);
    List<ResponseStreamEvent> rest = all(after(client, id(events), number(events.getLast())));
    Response told = rest.getLast().validate().asIncomplete().response().validate();
    assertThat(told.status()).hasValue(ResponseStatus.CANCELLED);
    assertThat(deltas(events) + deltas(rest)).isEqualTo(text(told)).isNotEmpty();
    assertThat(client.responses().cancel(id(events)).status()).hasValue(ResponseStatus.CANCELLED);
    assertThat(text(awaitEnd(id(events)).validate())).isEqualTo(text(told));
  }

  @Test
  void cancel_ofWhatHasEndedLeavesItAsItIs() {
    Response response = client.responses().create(asking(QUICK).build());

    assertThat(other.responses().cancel(response.id())).isEqualTo(response);
  }

  @Test
  void delete_isForGood() {
    Response response = client.responses().create(asking(QUICK).build());

    other.responses().delete(response.id());

    assertThatThrownBy(() -> client.responses().retrieve(response.id()))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> all(client.responses().retrieveStreaming(response.id())))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> client.responses().cancel(response.id()))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> client.responses().delete(response.id()))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void previousResponse_isWhatTheModelSees() {
    Response first = client.responses().create(asking(QUICK).instructions("Be brief.").build());
    Response second =
        other
            .responses()
            .create(asking(QUICK).previousResponseId(first.id()).input("And then?").build());
    Response fork =
        client
            .responses()
            .create(asking(QUICK).previousResponseId(first.id()).input("Or else?").build());

    long told = text(first).strip().split("\\s+").length;
    assertThat(second.validate().previousResponseId()).hasValue(first.id());
    assertThat(second.instructions()).isEmpty(); // they are of one response
    assertThat(second.usage().orElseThrow().inputTokens()).isEqualTo(4 + told + 2);
    assertThat(fork.usage().orElseThrow().inputTokens()).isEqualTo(4 + told + 2);
    assertThatThrownBy(() ->
            client
                .responses()
                .create(asking(QUICK).previousResponseId("resp_" + UUID.randomUUID()).build()))
        .isInstanceOfSatisfying(
            BadRequestException.class,
            refused -> assertThat(refused.param()).hasValue("previous_response_id"));
  }

  private static ResponseCreateParams.Builder askingForATool() {
    FunctionTool weather =
        FunctionTool.builder()
            .name("weather")
            .description("The weather of a city")
            .strict(true)
            .parameters(
                FunctionTool.Parameters.builder()
                    .putAdditionalProperty("type", JsonValue.from("object"))
                    .putAdditionalProperty(
                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                    .build())
            .build();
    return asking(QUICK + "-tool").addTool(weather);
  }

  private static ResponseFunctionToolCall called(Response response) {
    return response.output().stream()
        .flatMap(item -> item.functionCall().stream())
        .reduce((one, another) -> {
          throw new AssertionError("two calls");
        })
        .orElseThrow();
  }

  private static ResponseInputItem answered(ResponseFunctionToolCall call, String output) {
    return ResponseInputItem.ofFunctionCallOutput(
        ResponseInputItem.FunctionCallOutput.builder()
            .callId(call.callId())
            .output(output)
            .build());
  }

  @Test
  void toolCall_isAnsweredAfterThePreviousResponse() {
    Response first = client.responses().create(askingForATool().build()).validate();
    assertThat(called(first).name()).isEqualTo("weather");

    Response second =
        other
            .responses()
            .create(
                askingForATool()
                    .previousResponseId(first.id())
                    .inputOfResponse(List.of(answered(called(first), "sunny-4711")))
                    .build());

    assertThat(text(second.validate())).contains("weather answered: \"sunny-4711\"");
  }

  @Test
  void toolCall_isAnsweredWithTheWholeConversation() {
    List<ResponseStreamEvent> events =
        all(client.responses().createStreaming(askingForATool().build()));
    events.forEach(ResponseStreamEvent::validate);
    Response first = completed(events).validate();
    assertThat(
            events.stream()
                .flatMap(event -> event.functionCallArgumentsDelta().stream())
                .map(delta -> delta.delta())
                .collect(Collectors.joining()))
        .isEqualTo(called(first).arguments());
    List<ResponseInputItem> items = new ArrayList<>();
    items.add(
        ResponseInputItem.ofMessage(
            ResponseInputItem.Message.builder()
                .role(ResponseInputItem.Message.Role.USER)
                .addInputTextContent("Tell me a story")
                .build()));
    for (ResponseOutputItem item : first.output()) {
      item.message().map(ResponseInputItem::ofResponseOutputMessage).ifPresent(items::add);
      item.functionCall().map(ResponseInputItem::ofFunctionCall).ifPresent(items::add);
    }
    items.add(answered(called(first), "rainy-4712"));

    Response second =
        client.responses().create(askingForATool().inputOfResponse(items).build()).validate();

    assertThat(text(second)).contains("weather answered: \"rainy-4712\"");
    assertThatThrownBy(() ->
            client
                .responses()
                .create(
                    askingForATool()
                        .previousResponseId(first.id())
                        .input("Never mind the weather")
                        .inputOfResponse(
                            List.of(
                                ResponseInputItem.ofFunctionCallOutput(
                                    ResponseInputItem.FunctionCallOutput.builder()
                                        .callId("call_of_nobody")
                                        .output("x")
                                        .build())))
                        .build()))
        .isInstanceOf(OpenAIException.class)
        .hasMessageContaining("call");
  }

  @Test
  void reasoning_isAnItemOfItsOwn() {
    List<ResponseStreamEvent> events =
        all(
            client
                .responses()
                .createStreaming(
                    asking(QUICK + "-reasoning")
                        .reasoning(
                            Reasoning.builder()
                                .effort(ReasoningEffort.LOW)
                                .summary(Reasoning.Summary.AUTO)
                                .build())
                        .build()));

    events.forEach(ResponseStreamEvent::validate);
    Response response = completed(events).validate();
    assertThat(response.output()).hasSize(2);
    String thought = response.output().getFirst().asReasoning().summary().getFirst().text();
    assertThat(
            events.stream()
                .flatMap(event -> event.reasoningSummaryTextDelta().stream())
                .map(delta -> delta.delta())
                .collect(Collectors.joining()))
        .isEqualTo(thought)
        .isNotEmpty();
    assertThat(deltas(events)).isEqualTo(text(response)).isNotEmpty();
    assertThat(response.usage().orElseThrow().outputTokensDetails().reasoningTokens()).isPositive();
    assertThat(response.reasoning().orElseThrow().effort()).hasValue(ReasoningEffort.LOW);
    assertThat(other.responses().retrieve(response.id())).isEqualTo(response);
  }

  @Test
  void form_isToldBack() {
    ResponseFormatTextJsonSchemaConfig weather =
        ResponseFormatTextJsonSchemaConfig.builder()
            .name("weather")
            .strict(true)
            .schema(
                ResponseFormatTextJsonSchemaConfig.Schema.builder()
                    .putAdditionalProperty("type", JsonValue.from("object"))
                    .build())
            .build();

    Response response =
        client
            .responses()
            .create(
                asking(QUICK)
                    .text(ResponseTextConfig.builder().format(weather).build())
                    .store(false)
                    .metadata(
                        ResponseCreateParams.Metadata.builder()
                            .putAdditionalProperty("order", JsonValue.from("7"))
                            .build())
                    .build())
            .validate();

    assertThat(response.text().orElseThrow().format().orElseThrow().asJsonSchema())
        .isEqualTo(weather);
    assertThat(response.metadata().orElseThrow()._additionalProperties())
        .containsEntry("order", JsonValue.from("7"));
    assertThat(client.responses().retrieve(response.id()).validate()).isEqualTo(response);
  }

  @Test
  void length_isIncomplete() {
    List<ResponseStreamEvent> events =
        all(client.responses().createStreaming(asking(QUICK).maxOutputTokens(5).build()));

    Response response = events.getLast().validate().asIncomplete().response().validate();
    assertThat(response.status()).hasValue(ResponseStatus.INCOMPLETE);
    assertThat(response.incompleteDetails().orElseThrow().reason().orElseThrow())
        .hasToString("max_output_tokens");
    assertThat(deltas(events)).isEqualTo(text(response)).isNotEmpty();
  }

  @Test
  void refusals_areTheSdksOwnErrors() {
    assertThatThrownBy(() -> client.responses().create(asking("no-such-model").build()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no-such-model");
    assertThatThrownBy(() -> client.responses().create(asking(QUICK).topLogprobs(2).build()))
        .isInstanceOfSatisfying(
            BadRequestException.class,
            refused -> assertThat(refused.param()).hasValue("top_logprobs"));
    assertThatThrownBy(() -> client.responses().retrieve("resp_nobody"))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void failure_isToldWithinTheResponse() {
    List<ResponseStreamEvent> events =
        all(client.responses().createStreaming(asking("demo-t9-e0-f0").build()));

    events.forEach(ResponseStreamEvent::validate);
    Response failed = events.getLast().asFailed().response().validate();
    assertThat(failed.status()).hasValue(ResponseStatus.FAILED);
    assertThat(failed.error().orElseThrow().code()).hasToString("server_error");
    assertThat(other.responses().retrieve(failed.id()).validate()).isEqualTo(failed);
  }

  @Test
  void takeover_isAnErrorAndTheAnswerIsThereFromItsBeginning() throws Exception {
    String id;
    try (StreamResponse<ResponseStreamEvent> stream =
        client.responses().createStreaming(asking("demo-t400-i25-f25-vary").build())) {
      Iterator<ResponseStreamEvent> events = stream.stream().iterator();
      id = events.next().asCreated().response().id();
      for (int i = 0; i < 8; i++) {
        events.next();
      }
      for (int worker = 0; worker < 2; worker++) {
        system.worker(worker).kill();
      }
      system.replaceWorker(0);

      List<ResponseStreamEvent> rest = new ArrayList<>();
      assertThatThrownBy(() -> events.forEachRemaining(rest::add))
          .isInstanceOf(OpenAIIoException.class); // the connection breaks behind the error
      ResponseStreamEvent last = rest.getLast().validate();
      assertThat(last.asError().code()).hasValue("taken_over");
      assertThat(rest).noneMatch(ResponseStreamEvent::isCompleted);
    }
    system.replaceWorker(1);

    List<ResponseStreamEvent> whole = all(other.responses().retrieveStreaming(id));
    assertThat(deltas(whole)).isEqualTo(text(completed(whole).validate()));
    assertThat(client.responses().retrieve(id)).isEqualTo(completed(whole));
  }

  @Test
  void turn_begunNativelyIsReadAsAResponse() throws Exception {
    String session = "java-" + UUID.randomUUID();
    JsonNode submitted =
        post(
            "/api/chat/" + session,
            "{\"message\":\"Tell me a story\",\"model\":\"" + PACED + "\"}");
    String id = "resp_" + submitted.get("turnId").stringValue();

    List<ResponseStreamEvent> events = all(client.responses().retrieveStreaming(id));

    events.forEach(ResponseStreamEvent::validate);
    Response response = completed(events).validate();
    assertThat(deltas(events)).isEqualTo(text(response)).hasSizeGreaterThan(100);
    assertThat(other.responses().retrieve(id).validate()).isEqualTo(response);
    Response next =
        client
            .responses()
            .create(asking(QUICK).previousResponseId(id).input("And then?").build())
            .validate();
    long told = text(response).strip().split("\\s+").length;
    assertThat(next.usage().orElseThrow().inputTokens()).isEqualTo(4 + told + 2);
  }

  @Test
  void response_isCancelledNatively() throws Exception {
    String session;
    Response begun;
    try (HttpResponseFor<Response> raw =
        client.responses().withRawResponse().create(asking(LONG).background(true).build())) {
      session = raw.headers().values("x-relay-session").getFirst();
      begun = raw.parse();
    }

    post("/api/chat/" + session + "/cancel", "{}");

    Response ended = awaitEnd(begun.id()).validate();
    assertThat(ended.status()).hasValue(ResponseStatus.CANCELLED);
    JsonNode turn =
        get("/api/chat/" + session + "/turns/" + begun.id().substring("resp_".length()));
    assertThat(turn.get("status").stringValue()).isEqualTo("cancelled");
  }
}
