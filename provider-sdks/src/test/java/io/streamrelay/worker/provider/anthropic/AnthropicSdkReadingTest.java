package io.streamrelay.worker.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.Asked;
import io.streamrelay.worker.provider.Heard;
import io.streamrelay.worker.provider.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** What Anthropic's SDK reads of the recordings, and what we do. */
final class AnthropicSdkReadingTest {
  private static final JsonMapper JSON = new JsonMapper();

  /** Where the two differ, by recording. */
  private static final Map<String, Map<String, String>> DIFFERENCES =
      Map.of(
          // The SDK takes the message's start once only, we the first of several.
          "aisdk-duplicate-message-start",
          Map.of(
              "/failure",
              "\"null\", theirs"
                  + " \"AnthropicInvalidDataException: 'message_start' event already received.\""));

  static List<Recording> recordings() {
    return Recording.of("anthropic");
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void reads_theSame(Recording recording) throws Exception {
    try (Asked asked = new Asked(recording.bytes())) {
      Heard ours = Heard.of(new AnthropicProvider(asked.url(), () -> "key", asked.http()));
      Heard theirs = Heard.or(() -> heard(read(asked)));

      assertThat(parsed(ours).differences(theirs))
          .isEqualTo(DIFFERENCES.getOrDefault(recording.name(), Map.of()));
    }
  }

  private static Message read(Asked asked) {
    AnthropicClient client =
        AnthropicOkHttpClient.builder().baseUrl(asked.url().toString()).apiKey("key").build();
    MessageCreateParams params =
        MessageCreateParams.builder()
            .model("claude-sonnet-4-5")
            .maxTokens(100)
            .addUserMessage("Hello")
            .build();
    MessageAccumulator whole = MessageAccumulator.create();
    try (StreamResponse<RawMessageStreamEvent> answer = client.messages().createStreaming(params)) {
      answer.stream().forEach(whole::accumulate);
      return whole.message();
    } finally {
      client.close();
    }
  }

  private static Heard heard(Message whole) {
    StringBuilder text = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    List<ToolCall> calls = new ArrayList<>();
    for (ContentBlock block : whole.content()) {
      block.text().ifPresent(of -> text.append(of.text()));
      block.thinking().ifPresent(of -> reasoning.append(of.thinking()));
      block
          .toolUse()
          .ifPresent(
              of -> calls.add(new ToolCall(calls.size(), of.id(), of.name(), json(of._input()))));
    }
    return new Heard(
        text.toString(),
        reasoning.toString(),
        calls,
        whole.stopReason().map(reason -> reason.asString()).orElse(null),
        usage(whole.usage()),
        whole.model().asString(),
        whole.id(),
        null);
  }

  /** The SDK keeps arguments as a value only, so ours are compared as one too. */
  private static Heard parsed(Heard ours) {
    return ours.withTools(
        ours.tools().stream()
            .map(call ->
                new ToolCall(
                    call.index(),
                    call.id(),
                    call.name(),
                    JSON.readTree(call.arguments()).toString()))
            .toList());
  }

  private static String json(com.anthropic.core.JsonValue value) {
    return JSON.writeValueAsString(value.convert(Map.class));
  }

  private static Usage usage(com.anthropic.models.messages.Usage usage) {
    long input =
        usage.inputTokens()
            + usage.cacheCreationInputTokens().orElse(0L)
            + usage.cacheReadInputTokens().orElse(0L);
    return new Usage(
        input,
        usage.outputTokens(),
        input + usage.outputTokens(),
        usage.cacheReadInputTokens().orElse(null),
        usage.outputTokensDetails().map(of -> of.thinkingTokens()).orElse(null));
  }
}
