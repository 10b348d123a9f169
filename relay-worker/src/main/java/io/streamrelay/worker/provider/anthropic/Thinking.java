package io.streamrelay.worker.provider.anthropic;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.ReasoningEffort;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Warnings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * How a Claude model is asked to think, wherever it is served. Models since 4.6 decide by an effort
 * ({@code adaptive}) and newer ones take nothing else; those before, since 3.7, and what other
 * vendors serve under this protocol, think by a budget of tokens ({@code enabled}).
 *
 * @param effort with {@link Mode#ADAPTIVE} only
 * @param budget tokens to think with; with {@link Mode#ENABLED} only
 * @param maxTokens of thoughts and answer together; null leaves it to the default
 */
public record Thinking(
    Mode mode, @Nullable String effort, int budget, @Nullable Integer maxTokens) {
  private static final String FIELD = "parameters.reasoningEffort";

  /** {@code claude-sonnet-4-5-20250929}, and before that {@code claude-3-7-sonnet-20250219}. */
  private static final Pattern NAMED =
      Pattern.compile("claude-[a-z]+-(\\d{1,2})(?:-(\\d{1,2}))?\\b");

  private static final Pattern NUMBERED =
      Pattern.compile("claude-(\\d{1,2})(?:[-.](\\d{1,2}))?\\b");

  /** They refuse to be told not to. */
  private static final Pattern ALWAYS_THINKS =
      Pattern.compile("claude-(?:fable|mythos|opus-5-5)\\b");

  private static final int LEAST_BUDGET = 1024;

  /** What a request says of it. */
  public enum Mode {
    DISABLED,
    ADAPTIVE,
    ENABLED
  }

  /**
   * Null where nothing is said of it: not asked for, or not to be had, which is told.
   *
   * @param answer tokens of an answer, where the request doesn't limit it
   */
  public static @Nullable Thinking of(ProviderRequest request, int answer, Warnings warnings) {
    ReasoningEffort effort = request.parameters().reasoningEffort();
    if (effort == null) {
      return null;
    }
    int version = version(request.model());
    if (effort == ReasoningEffort.NONE) {
      return none(request, version, warnings);
    }
    String problem = problem(request, version);
    if (problem != null) {
      warnings.leftOut(FIELD, problem);
      return null;
    }
    return isAdaptive(version)
        ? adaptive(request, effort, answer, warnings)
        : enabled(request, effort, answer, warnings);
  }

  private static @Nullable Thinking none(ProviderRequest request, int version, Warnings warnings) {
    if (ALWAYS_THINKS.matcher(request.model()).find()) {
      warnings.leftOut(FIELD, "has a model here that always thinks");
      return null;
    }
    Integer asked = request.parameters().maxTokens();
    return version < 307 ? null : new Thinking(Mode.DISABLED, null, 0, asked);
  }

  /** As 100 times the major number and the minor; of what isn't Claude that of the budgets. */
  private static int version(String model) {
    for (Pattern pattern : new Pattern[] {NAMED, NUMBERED}) {
      Matcher found = pattern.matcher(model);
      if (found.find()) {
        int minor = found.group(2) == null ? 0 : Integer.parseInt(found.group(2));
        return 100 * Integer.parseInt(found.group(1)) + minor;
      }
    }
    return 307;
  }

  private static boolean isAdaptive(int version) {
    return version >= 406;
  }

  private static @Nullable String problem(ProviderRequest request, int version) {
    Tools tools = request.tools();
    Tools.Choice choice = tools == null ? null : tools.choice();
    if (version < 307) {
      return "has a model here that doesn't think";
    }
    if (choice != null
        && (choice.mode() == Tools.Mode.REQUIRED || choice.mode() == Tools.Mode.NAMED)) {
      return "doesn't think where a tool must be called";
    }
    if (!isAdaptive(version) && isInToolLoop(request)) {
      return "goes on after tool calls only with the thoughts that led to them, which aren't kept";
    }
    return null;
  }

  /** Whether the last answer of the prompt called tools. */
  private static boolean isInToolLoop(ProviderRequest request) {
    for (Utterance message : request.messages().reversed()) {
      if (message.role() == Role.ASSISTANT) {
        return message.parts().stream().anyMatch(Part.ToolCall.class::isInstance);
      }
    }
    return false;
  }

  private static Thinking adaptive(
      ProviderRequest request, ReasoningEffort effort, int answer, Warnings warnings) {
    boolean minimal = effort == ReasoningEffort.MINIMAL;
    if (minimal) {
      warnings.adjusted(FIELD, "has no 'minimal' and was asked for 'low'");
    }
    Integer asked = request.parameters().maxTokens();
    return new Thinking(
        Mode.ADAPTIVE,
        minimal ? ReasoningEffort.LOW.wire() : effort.wire(),
        0,
        asked == null ? Integer.valueOf(answer + budget(effort)) : asked);
  }

  /** The caller's limit counts thoughts too, so it bounds what they cost. */
  private static @Nullable Thinking enabled(
      ProviderRequest request, ReasoningEffort effort, int answer, Warnings warnings) {
    int budget = budget(effort);
    Integer asked = request.parameters().maxTokens();
    if (asked == null) {
      return new Thinking(Mode.ENABLED, null, budget, answer + budget);
    }
    int most = asked / 2;
    if (most < LEAST_BUDGET) {
      warnings.leftOut(FIELD, "thinks only with 'parameters.maxTokens' of at least 2048");
      return null;
    }
    if (most < budget) {
      warnings.adjusted(FIELD, "was given half of 'parameters.maxTokens' to think with");
    }
    return new Thinking(Mode.ENABLED, null, Math.min(most, budget), asked);
  }

  private static int budget(ReasoningEffort effort) {
    return switch (effort) {
      case NONE -> 0;
      case MINIMAL -> LEAST_BUDGET;
      case LOW -> 4096;
      case MEDIUM -> 8192;
      case HIGH -> 24_576;
    };
  }

  /** While it thinks a model can't be told how to pick its words. */
  public boolean isOn() {
    return mode != Mode.DISABLED;
  }

  /** Writes {@code thinking}. The effort belongs into {@code output_config}. */
  public void write(JsonGenerator json) {
    json.writeName("thinking");
    json.writeStartObject();
    switch (mode) {
      case DISABLED -> json.writeStringProperty("type", "disabled");
      case ADAPTIVE -> {
        json.writeStringProperty("type", "adaptive");
        json.writeStringProperty("display", "summarized"); // since 4.7 thoughts are empty else
      }
      case ENABLED -> {
        json.writeStringProperty("type", "enabled");
        json.writeNumberProperty("budget_tokens", budget);
      }
    }
    json.writeEndObject();
  }
}
