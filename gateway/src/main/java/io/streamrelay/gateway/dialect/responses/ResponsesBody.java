package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.dialect.openai.OpenAiFields;
import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.SubmitBody;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ReasoningEffort;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body that asks for a response. What would make another answer, and isn't done here, is
 * refused by its name; what makes none is taken, and told back where a response has a place for it.
 * Nothing is looked up.
 *
 * @param input at least one; may begin with results only where there is a previous response
 * @param model the name asked for; null: the default
 * @param instructions not blank; null: none
 * @param tools null: none
 * @param metadata not empty; null: none
 * @param previousResponseId what the input goes on from, not looked at; null: nothing
 * @param background whether nobody waits for the answer
 * @param store whether the answer is kept
 * @param truncates whether items may be left out of what is too long
 * @param echo what is only told back, by the path of its field, such as {@code reasoning.summary};
 *     texts of at most 512 characters
 */
record ResponsesBody(
    List<InputItem> input,
    @Nullable String model,
    @Nullable String instructions,
    Parameters parameters,
    @Nullable Tools tools,
    @Nullable ResponseFormat responseFormat,
    @Nullable Map<String, String> metadata,
    @Nullable String previousResponseId,
    boolean background,
    boolean store,
    boolean stream,
    boolean truncates,
    Map<String, String> echo) {
  private static final Set<String> READ =
      Set.of(
          "input",
          "model",
          "instructions",
          "max_output_tokens",
          "temperature",
          "top_p",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "text",
          "reasoning",
          "metadata",
          "store",
          "background",
          "stream",
          "stream_options",
          "previous_response_id",
          "truncation",
          "include");

  /** They say who asks, or how fast and dear it may be. The response has a place for them. */
  private static final Set<String> ECHOED =
      Set.of(
          "user",
          "safety_identifier",
          "service_tier",
          "prompt_cache_key",
          "prompt_cache_retention");

  private static final Set<String> IGNORED = Set.of("prompt_cache_options");

  private static final String MAX_TOOL_CALLS = "max_tool_calls"; // of tools that none here has

  /** Taken only with the value that changes nothing, which some clients send. */
  private static final Set<String> NEUTRAL =
      Set.of("top_logprobs", "presence_penalty", "frequency_penalty");

  private static final Map<String, String> REFUSED =
      Map.of(
          "conversation",
          "none are kept here; send 'previous_response_id', or all of it in 'input'",
          "prompt",
          "none are kept here; send 'instructions' and 'input'",
          "context_management",
          "it isn't supported",
          "moderation",
          "it isn't supported");

  /** What an answer of ours never has: it needs tools that aren't offered, or isn't told. */
  private static final Set<String> INCLUDABLE =
      Set.of(
          "reasoning.encrypted_content",
          "message.output_text.logprobs",
          "message.input_image.image_url",
          "file_search_call.results",
          "web_search_call.results",
          "web_search_call.action.sources",
          "code_interpreter_call.outputs",
          "computer_call_output.output.image_url");

  private static final Set<String> SUMMARIES = Set.of("auto", "concise", "detailed");
  private static final int MAX_ECHO_CHARS = 512;

  static final Set<String> FIELDS =
      Stream.of(READ, ECHOED, IGNORED, Set.of(MAX_TOOL_CALLS), NEUTRAL, REFUSED.keySet())
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  ResponsesBody {
    input = List.copyOf(input);
    echo = Map.copyOf(echo);
  }

  /**
   * Reads the body.
   *
   * @param body with no fields but {@link #FIELDS}
   */
  static ResponsesBody read(JsonFields body) {
    checkNeutral(body);
    checkIncluded(body);
    Map<String, String> echo = echo(body);
    JsonFields reasoning = reasoning(body, echo);
    JsonFields text = text(body, echo);
    String previous = previous(body);
    return new ResponsesBody(
        InputItems.read(body, previous == null),
        SubmitBody.model(body),
        SubmitBody.system(body, "instructions"),
        parameters(body, reasoning == null ? null : SubmitBody.effort(reasoning, "effort")),
        ResponsesTools.tools(body),
        text == null ? null : ResponsesTools.format(text),
        SubmitBody.metadata(body),
        previous,
        is(body, "background", false),
        is(body, "store", true),
        isStreamed(body),
        truncates(body),
        echo);
  }

  private static void checkNeutral(JsonFields body) {
    OpenAiFields.checkNeutral(
        body, "top_logprobs", body.integer("top_logprobs", 0, Integer.MAX_VALUE), 0L);
    OpenAiFields.checkNeutral(
        body, "presence_penalty", body.number("presence_penalty", -2, 2), 0.0);
    OpenAiFields.checkNeutral(
        body, "frequency_penalty", body.number("frequency_penalty", -2, 2), 0.0);
    REFUSED.forEach((field, instead) -> OpenAiFields.checkAbsent(body, field, instead));
  }

  private static void checkIncluded(JsonFields body) {
    List<String> included = body.texts("include", INCLUDABLE.size());
    for (int i = 0; included != null && i < included.size(); i++) {
      if (!INCLUDABLE.contains(included.get(i))) {
        throw Problem.invalid(
                "'include[%d]' is nothing that can be included: %s"
                    .formatted(i, Excerpt.of(included.get(i))))
            .exception();
      }
    }
  }

  private static Map<String, String> echo(JsonFields body) {
    Map<String, String> echo = new LinkedHashMap<>();
    for (String field : ECHOED) {
      String value = body.text(field);
      if (value != null) {
        echo.put(field, small(body, field, value));
      }
    }
    Long calls = body.integer(MAX_TOOL_CALLS, 1, Integer.MAX_VALUE);
    if (calls != null) {
      echo.put(MAX_TOOL_CALLS, calls.toString());
    }
    return echo;
  }

  private static String small(JsonFields of, String field, String value) {
    if (value.length() > MAX_ECHO_CHARS) {
      throw Problem.invalid(
              "'%s' is longer than %d characters".formatted(of.path(field), MAX_ECHO_CHARS))
          .exception();
    }
    return value;
  }

  private static @Nullable JsonFields reasoning(JsonFields body, Map<String, String> echo) {
    JsonFields reasoning =
        body.object(
            "reasoning", Set.of("effort", "summary", "generate_summary", "context", "mode"));
    if (reasoning == null) {
      return null;
    }
    OpenAiFields.checkNeutral(reasoning, "context", reasoning.text("context"), "auto");
    OpenAiFields.checkNeutral(reasoning, "mode", reasoning.text("mode"), "standard");
    for (String field : List.of("generate_summary", "summary")) { // the second wins
      String summary = reasoning.text(field);
      if (summary != null && !SUMMARIES.contains(summary)) {
        throw Problem.invalid(
                "'%s' must be 'auto', 'concise' or 'detailed', not %s"
                    .formatted(reasoning.path(field), Excerpt.of(summary)))
            .exception();
      }
      if (summary != null) {
        echo.put("reasoning.summary", summary);
      }
    }
    return reasoning;
  }

  private static @Nullable JsonFields text(JsonFields body, Map<String, String> echo) {
    JsonFields text = body.object("text", Set.of("format", "verbosity"));
    String verbosity = text == null ? null : text.text("verbosity");
    if (text != null && verbosity != null) {
      OpenAiFields.checkNeutral(text, "verbosity", verbosity, "medium");
      echo.put("text.verbosity", verbosity);
    }
    return text;
  }

  private static Parameters parameters(JsonFields body, @Nullable ReasoningEffort effort) {
    Long maxTokens = body.integer("max_output_tokens", 1, Parameters.MAX_MAX_TOKENS);
    return new Parameters(
        body.number("temperature", 0, Parameters.MAX_TEMPERATURE),
        body.number("top_p", 0, Parameters.MAX_TOP_P),
        maxTokens == null ? null : Integer.valueOf(maxTokens.intValue()),
        null,
        null,
        effort);
  }

  private static @Nullable String previous(JsonFields body) {
    return body.has("previous_response_id")
        ? OpenAiFields.name(body, "previous_response_id")
        : null;
  }

  private static boolean is(JsonFields body, String field, boolean otherwise) {
    Boolean given = body.bool(field);
    return given == null ? otherwise : given;
  }

  private static boolean isStreamed(JsonFields body) {
    JsonFields options = body.object("stream_options", Set.of("include_obfuscation"));
    if (options != null) {
      options.bool("include_obfuscation");
    }
    return is(body, "stream", false);
  }

  private static boolean truncates(JsonFields body) {
    String truncation = body.text("truncation");
    if (truncation == null) {
      return false;
    }
    return switch (truncation) {
      case "auto" -> true;
      case "disabled" -> false;
      default ->
          throw Problem.invalid(
                  "'truncation' must be 'auto' or 'disabled', not " + Excerpt.of(truncation))
              .exception();
    };
  }
}
