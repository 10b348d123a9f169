package io.streamrelay.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.completions.CompletionUsage;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.Asked;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.Heard;
import io.streamrelay.worker.provider.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What OpenAI's SDK reads of the recordings, and what we do. */
final class OpenAiSdkReadingTest {
  private static final String NO_CHOICES =
      "IllegalStateException: `choices` is required, but was not set";

  /** Where what the SDK's events add up to differs, by recording. */
  private static final Map<String, Map<String, String>> DIFFERENCES =
      Map.of(
          // Usage is Groq's own: in x_groq, which the SDK doesn't know.
          "groq-reasoning-websearch",
          Map.of(
              "/usage",
              "{\"inputTokens\":5003,\"outputTokens\":359,\"totalTokens\":5362}, theirs null"),
          // An error in the middle ends the answer, for both.
          "groq-midstream-error-tool",
          failure(
              "provider_rejected",
              "SseException: 200: Tool call validation failed: tool call validation failed:"
                  + " parameters for tool get_something_by_name did not match schema: errors:"
                  + " [missing properties: 'name', additionalProperties 'invalid_param' not"
                  + " allowed]"),
          "openrouter-midstream-error",
          failure("provider_rejected", "SseException: 200: Token limit reached"),
          // The SDK takes text as content, but no parts.
          "mistral-thinking-array",
          failure("null", parts("Okay")),
          "aisdk-mistral-reasoning",
          failure("null", parts("The user is asking")),
          // The server counts its calls from 1; ours always count from 0.
          "aisdk-anthropic-fallback-tool-call",
          Map.of("/tools/0/index", "0, theirs 1"));

  /** Where the SDK's accumulator differs, by recording, of those whose events can be read. */
  private static final Map<String, Map<String, String>> ACCUMULATED_DIFFERENCES =
      Map.of(
          // It takes usage last, and in a frame without choices only.
          "openai-moderation-stream",
          failure("null", "IllegalStateException: Already accumulated the final chunk(s)."),
          "deepseek-reasoning-unicode",
          failure("null", NO_CHOICES),
          "groq-tool",
          failure("null", NO_CHOICES),
          "aisdk-groq-tool-call",
          failure("null", NO_CHOICES),
          "aisdk-moonshotai-stream",
          failure("null", NO_CHOICES),
          // It wants a finish reason.
          "moonshot-tool-variant-a",
          failure("null", NO_CHOICES),
          "moonshot-tool-variant-b",
          failure("null", NO_CHOICES),
          // Usage as with its events; of two ids it takes the last, we the first.
          "groq-reasoning-websearch",
          Map.of(
              "/usage",
              "{\"inputTokens\":5003,\"outputTokens\":359,\"totalTokens\":5362}, theirs null",
              "/id",
              "\"chatcmpl-03ea1ed2-c2dc-4f8d-ba51-54e08ca9287c\", theirs \"stub\""));

  private static Map<String, String> failure(String ours, String theirs) {
    return Map.of("/failure", "\"" + ours + "\", theirs \"" + theirs + "\"");
  }

  private static String parts(String first) {
    return "OpenAIInvalidDataException: `content` is invalid, received"
        + " [{type=thinking, thinking=[{type=text, text=%s}]}]".formatted(first);
  }

  static List<Recording> recordings() {
    return Recording.of("openai-chat");
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void reads_theSame(Recording recording) throws Exception {
    try (Asked asked = new Asked(recording.bytes())) {
      Heard ours =
          Heard.of(
              new OpenAiChatProvider(asked.url(), () -> "key", OpenAiQuirks.USUAL, asked.http()));
      List<ChatCompletionChunk> chunks = new ArrayList<>();
      Heard inPieces = Heard.or(() -> pieces(read(asked, chunks)));

      assertThat(ours.differences(inPieces))
          .isEqualTo(DIFFERENCES.getOrDefault(recording.name(), Map.of()));
      if (inPieces.failure() == null) {
        assertThat(ours.differences(Heard.or(() -> accumulated(chunks))))
            .isEqualTo(ACCUMULATED_DIFFERENCES.getOrDefault(recording.name(), Map.of()));
      }
    }
  }

  private static List<ChatCompletionChunk> read(Asked asked, List<ChatCompletionChunk> chunks) {
    OpenAIClient client =
        OpenAIOkHttpClient.builder().baseUrl(asked.url().toString()).apiKey("key").build();
    ChatCompletionCreateParams params =
        ChatCompletionCreateParams.builder().model("gpt-4o").addUserMessage("Hello").build();
    try (StreamResponse<ChatCompletionChunk> answer =
        client.chat().completions().createStreaming(params)) {
      answer.stream().forEach(chunks::add);
      return chunks;
    } finally {
      client.close();
    }
  }

  /** As a program does that adds the pieces up itself. */
  private static Heard pieces(List<ChatCompletionChunk> chunks) {
    CollectingSink sink = new CollectingSink();
    String finish = null;
    Usage usage = null;
    for (ChatCompletionChunk chunk : chunks) {
      for (ChatCompletionChunk.Choice choice : chunk.choices()) {
        sink.text(choice.delta().content().orElse("") + choice.delta().refusal().orElse(""));
        sink.reasoning(reasoning(choice.delta()));
        choice.delta().toolCalls().orElse(List.of()).forEach(call -> sink.toolCall(piece(call)));
        finish = choice.finishReason().map(reason -> reason.asString()).orElse(finish);
      }
      usage = chunk.usage().map(OpenAiSdkReadingTest::usage).orElse(usage);
    }
    return new Heard(
        sink.text(),
        sink.reasoning(),
        sink.toolCalls(),
        finish,
        usage,
        first(chunks, ChatCompletionChunk::model),
        first(chunks, ChatCompletionChunk::id),
        null);
  }

  /** Azure's first event has neither. */
  private static @Nullable String first(
      List<ChatCompletionChunk> chunks, Function<ChatCompletionChunk, String> name) {
    return chunks.stream().map(name).filter(said -> !said.isEmpty()).findFirst().orElse(null);
  }

  private static ToolCall piece(ChatCompletionChunk.Choice.Delta.ToolCall call) {
    return new ToolCall(
        (int) call.index(),
        call.id().orElse(null),
        call.function().flatMap(function -> function.name()).orElse(null),
        call.function().flatMap(function -> function.arguments()).orElse(""));
  }

  private static Heard accumulated(List<ChatCompletionChunk> chunks) {
    ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
    StringBuilder reasoning = new StringBuilder();
    for (ChatCompletionChunk chunk : chunks) {
      whole.accumulate(chunk);
      chunk.choices().forEach(choice -> reasoning.append(reasoning(choice.delta())));
    }
    return heard(whole.chatCompletion(), reasoning.toString());
  }

  /** The SDK knows of none, but keeps what it doesn't know. */
  private static String reasoning(ChatCompletionChunk.Choice.Delta delta) {
    Map<String, JsonValue> unknown = delta._additionalProperties();
    for (String name : List.of("reasoning_content", "reasoning")) {
      if (unknown.get(name) != null && unknown.get(name).asString().isPresent()) {
        return unknown.get(name).asStringOrThrow();
      }
    }
    return "";
  }

  private static Heard heard(ChatCompletion whole, String reasoning) {
    ChatCompletion.Choice choice = whole.choices().getFirst();
    ChatCompletionMessage message = choice.message();
    List<ToolCall> calls = new ArrayList<>();
    message
        .toolCalls()
        .ifPresent(all ->
            all.forEach(call ->
                calls.add(
                    new ToolCall(
                        calls.size(),
                        call.asFunction().id(),
                        call.asFunction().function().name(),
                        call.asFunction().function().arguments()))));
    return new Heard(
        message.content().orElse("") + message.refusal().orElse(""),
        reasoning,
        calls,
        choice.finishReason().asString(),
        whole.usage().map(OpenAiSdkReadingTest::usage).orElse(null),
        whole.model(),
        whole.id(),
        null);
  }

  private static Usage usage(CompletionUsage usage) {
    return new Usage(
        usage.promptTokens(),
        usage.completionTokens(),
        usage.totalTokens(),
        orNull(usage.promptTokensDetails().flatMap(of -> of.cachedTokens())),
        orNull(usage.completionTokensDetails().flatMap(of -> of.reasoningTokens())));
  }

  private static @Nullable Long orNull(Optional<Long> count) {
    return count.orElse(null);
  }
}
