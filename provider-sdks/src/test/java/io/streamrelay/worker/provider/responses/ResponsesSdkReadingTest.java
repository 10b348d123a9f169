package io.streamrelay.worker.provider.responses;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.ChatModel;
import com.openai.models.ResponsesModel;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseOutputMessage;
import com.openai.models.responses.ResponseReasoningItem;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.ResponseUsage;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.Asked;
import io.streamrelay.worker.provider.Heard;
import io.streamrelay.worker.provider.Recording;
import io.streamrelay.worker.provider.openai.KeyHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What OpenAI's SDK reads of the recordings, and what we do. */
final class ResponsesSdkReadingTest {
  /** Where the SDK differs, by recording: in what its events add up to and in the whole alike. */
  private static final Map<String, Map<String, String>> DIFFERENCES =
      Map.of(
          // The recording stops before the answer's end, for both.
          "aisdk-parallel-tool-call-wrapper",
          Map.of(
              "/failure",
              "\"provider_truncated\", theirs"
                  + " \"IllegalStateException: Completed response is not yet received.\""));

  static List<Recording> recordings() {
    return Recording.of("openai-responses");
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void reads_theSame(Recording recording) throws Exception {
    try (Asked asked = new Asked(recording.bytes())) {
      Heard ours =
          Heard.of(
              new ResponsesProvider(
                  asked.url(), () -> "key", KeyHeader.AUTHORIZATION, false, asked.http()));
      List<ResponseStreamEvent> events = new ArrayList<>();
      Heard inPieces =
          Heard.or(() -> heard(accumulated(read(asked, events)).reconstructedResponse()));
      Heard whole = Heard.or(() -> heard(accumulated(events).response()));

      Map<String, String> known = DIFFERENCES.getOrDefault(recording.name(), Map.of());
      assertThat(ours.differences(inPieces)).isEqualTo(known);
      assertThat(ours.differences(whole)).isEqualTo(known);
    }
  }

  private static List<ResponseStreamEvent> read(Asked asked, List<ResponseStreamEvent> events) {
    OpenAIClient client =
        OpenAIOkHttpClient.builder().baseUrl(asked.url().toString()).apiKey("key").build();
    ResponseCreateParams params =
        ResponseCreateParams.builder().model("gpt-4o").input("Hello").build();
    try (StreamResponse<ResponseStreamEvent> answer = client.responses().createStreaming(params)) {
      answer.stream().forEach(events::add);
      return events;
    } finally {
      client.close();
    }
  }

  private static ResponseAccumulator accumulated(List<ResponseStreamEvent> events) {
    ResponseAccumulator whole = ResponseAccumulator.createWithSnapshots();
    events.forEach(whole::accumulate);
    return whole;
  }

  private static Heard heard(Response whole) {
    StringBuilder text = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    List<ToolCall> calls = new ArrayList<>();
    for (ResponseOutputItem item : whole.output()) {
      item.message().ifPresent(message -> text.append(text(message)));
      item.reasoning().ifPresent(thoughts -> reasoning.append(text(thoughts)));
      item.functionCall().ifPresent(call -> calls.add(call(calls.size(), call)));
    }
    return new Heard(
        text.toString(),
        reasoning.toString(),
        calls,
        whole.status().map(status -> status.asString()).orElse(null),
        whole.usage().map(ResponsesSdkReadingTest::usage).orElse(null),
        model(whole.model()),
        whole.id(),
        null);
  }

  /** Known models are in other places than unknown ones. */
  private static @Nullable String model(ResponsesModel model) {
    return model
        .string()
        .or(() -> model.chat().map(ChatModel::asString))
        .or(() -> model.only().map(ResponsesModel.ResponsesOnlyModel::asString))
        .orElse(null);
  }

  private static String text(ResponseOutputMessage message) {
    return message.content().stream()
        .map(part -> part.isRefusal() ? part.asRefusal().refusal() : part.asOutputText().text())
        .collect(joining());
  }

  private static String text(ResponseReasoningItem thoughts) {
    Stream<String> raw = thoughts.content().orElse(List.of()).stream().map(part -> part.text());
    Stream<String> summary = thoughts.summary().stream().map(part -> part.text());
    return Stream.concat(raw, summary).collect(joining("\n\n"));
  }

  private static ToolCall call(int index, ResponseFunctionToolCall call) {
    return new ToolCall(index, call.callId(), call.name(), call.arguments());
  }

  private static Usage usage(ResponseUsage usage) {
    return new Usage(
        usage.inputTokens(),
        usage.outputTokens(),
        usage.totalTokens(),
        usage.inputTokensDetails().cachedTokens(),
        usage.outputTokensDetails().reasoningTokens());
  }
}
