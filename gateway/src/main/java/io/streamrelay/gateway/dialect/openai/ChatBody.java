package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.SubmitBody;
import io.streamrelay.gateway.submit.SubmitRequest;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.turn.OnBusy;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Utterance;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a chat completion. What would make another answer, and isn't done here, is
 * refused by its name; what makes none is taken and left alone.
 *
 * @param includeUsage whether a stream tells the usage
 */
record ChatBody(SubmitRequest request, boolean includeUsage) {
  private static final Set<String> READ =
      Set.of(
          "messages",
          "model",
          "stream",
          "stream_options",
          "temperature",
          "top_p",
          "max_tokens",
          "max_completion_tokens",
          "stop",
          "seed",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "response_format",
          "reasoning_effort",
          "metadata");

  /** They say who asks, what to keep, or how fast and dear it may be. */
  private static final Set<String> IGNORED =
      Set.of(
          "user",
          "safety_identifier",
          "store",
          "service_tier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "prediction");

  /** Taken only with the value that changes nothing, which some clients send. */
  private static final Set<String> NEUTRAL =
      Set.of(
          "n",
          "logprobs",
          "top_logprobs",
          "presence_penalty",
          "frequency_penalty",
          "logit_bias",
          "modalities",
          "verbosity");

  private static final Set<String> REFUSED =
      Set.of("audio", "web_search_options", "functions", "function_call");

  static final Set<String> FIELDS =
      Stream.of(READ, IGNORED, NEUTRAL, REFUSED)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /**
   * Reads the body.
   *
   * @param body with no fields but {@link #FIELDS}
   */
  static ChatBody read(JsonFields body) {
    checkNeutral(body);
    for (String refused : REFUSED) {
      OpenAiFields.checkAbsent(body, refused, "it isn't supported");
    }
    List<Utterance> said = ChatMessages.read(body);
    Boolean stream = body.bool("stream");
    SubmitRequest request =
        new SubmitRequest(
            said.getLast().parts(),
            List.copyOf(said.subList(0, said.size() - 1)),
            null,
            SubmitBody.model(body),
            null,
            parameters(body),
            ChatTools.tools(body),
            ChatTools.responseFormat(body),
            SubmitBody.metadata(body),
            Lane.INTERACTIVE,
            Duration.ofSeconds(SubmitBody.DEFAULT_TIMEOUT_SECONDS),
            OnBusy.REJECT,
            stream != null && stream);
    return new ChatBody(request, includeUsage(body));
  }

  private static boolean includeUsage(JsonFields body) {
    JsonFields options =
        body.object("stream_options", Set.of("include_usage", "include_obfuscation"));
    if (options == null) {
      return false;
    }
    options.bool("include_obfuscation");
    Boolean asked = options.bool("include_usage");
    return asked != null && asked;
  }

  private static Parameters parameters(JsonFields body) {
    Long most = body.integer("max_completion_tokens", 1, Parameters.MAX_MAX_TOKENS);
    Long before = body.integer("max_tokens", 1, Parameters.MAX_MAX_TOKENS);
    Long maxTokens = most == null ? before : most;
    return new Parameters(
        body.number("temperature", 0, Parameters.MAX_TEMPERATURE),
        body.number("top_p", 0, Parameters.MAX_TOP_P),
        maxTokens == null ? null : Integer.valueOf(maxTokens.intValue()),
        stops(body),
        body.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE),
        SubmitBody.effort(body, "reasoning_effort"));
  }

  private static @Nullable List<String> stops(JsonFields body) {
    List<String> stops =
        body.isText("stop")
            ? SubmitBody.stops(body, List.of(body.requiredText("stop")))
            : SubmitBody.stops(body, body.texts("stop", Parameters.MAX_STOPS));
    return stops == null || stops.isEmpty() ? null : stops;
  }

  private static void checkNeutral(JsonFields body) {
    OpenAiFields.checkNeutral(body, "n", body.integer("n", 1, Integer.MAX_VALUE), 1L);
    OpenAiFields.checkNeutral(body, "logprobs", body.bool("logprobs"), false);
    OpenAiFields.checkNeutral(
        body, "top_logprobs", body.integer("top_logprobs", 0, Integer.MAX_VALUE), 0L);
    OpenAiFields.checkNeutral(
        body, "presence_penalty", body.number("presence_penalty", -2, 2), 0.0);
    OpenAiFields.checkNeutral(
        body, "frequency_penalty", body.number("frequency_penalty", -2, 2), 0.0);
    OpenAiFields.checkNeutral(body, "logit_bias", body.json("logit_bias"), "{}");
    OpenAiFields.checkNeutral(body, "modalities", body.texts("modalities", 2), List.of("text"));
    OpenAiFields.checkNeutral(body, "verbosity", body.text("verbosity"), "medium");
  }
}
