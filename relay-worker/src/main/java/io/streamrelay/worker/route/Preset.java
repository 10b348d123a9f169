package io.streamrelay.worker.route;

import static io.streamrelay.worker.provider.openai.OpenAiQuirks.MaxTokensField.MAX_COMPLETION_TOKENS;

import io.streamrelay.worker.provider.openai.KeyHeader;
import io.streamrelay.worker.provider.openai.OpenAiQuirks;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.Feature;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.ReasoningField;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.SeedField;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Servers that are known by name: how they are spoken to, where they are, and what is different
 * there. Each of it gives way to what is configured. Public so that it can be bound.
 */
public enum Preset {
  OPENAI(
      WireProtocol.OPENAI_CHAT,
      "https://api.openai.com/v1",
      OpenAiQuirks.USUAL.with(MAX_COMPLETION_TOKENS)),
  AZURE(
      WireProtocol.OPENAI_CHAT,
      null,
      OpenAiQuirks.USUAL.with(MAX_COMPLETION_TOKENS).withKeyIn(new KeyHeader("api-key"))),
  OPENROUTER(
      WireProtocol.OPENAI_CHAT,
      "https://openrouter.ai/api/v1",
      OpenAiQuirks.USUAL.with(ReasoningField.REASONING)),
  DASHSCOPE(
      WireProtocol.OPENAI_CHAT,
      "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
      OpenAiQuirks.USUAL.with(ReasoningField.ENABLE_THINKING)),
  DEEPSEEK(
      WireProtocol.OPENAI_CHAT,
      "https://api.deepseek.com",
      OpenAiQuirks.USUAL
          .with(SeedField.NONE)
          .with(ReasoningField.THINKING)
          .without(Feature.JSON_SCHEMA, Feature.PARALLEL_TOOL_CALLS)),
  MISTRAL(
      WireProtocol.OPENAI_CHAT,
      "https://api.mistral.ai/v1",
      OpenAiQuirks.USUAL
          .with(SeedField.RANDOM_SEED)
          .with(ReasoningField.NONE)
          .without(Feature.STREAM_OPTIONS, Feature.FOREIGN_TOOL_CALL_IDS)),
  GROQ(
      WireProtocol.OPENAI_CHAT,
      "https://api.groq.com/openai/v1",
      OpenAiQuirks.USUAL.with(MAX_COMPLETION_TOKENS)),
  GITHUB(WireProtocol.OPENAI_CHAT, "https://models.github.ai/inference", OpenAiQuirks.USUAL),
  VLLM(WireProtocol.OPENAI_CHAT, "http://127.0.0.1:8000/v1", OpenAiQuirks.USUAL),
  ANTHROPIC(WireProtocol.ANTHROPIC_MESSAGES),
  GEMINI(WireProtocol.GEMINI),
  BEDROCK(WireProtocol.BEDROCK_CONVERSE),
  OLLAMA(WireProtocol.OLLAMA);

  private final WireProtocol protocol;
  private final @Nullable String baseUrl;
  private final @Nullable OpenAiQuirks quirks;

  Preset(WireProtocol protocol) {
    this(protocol, null, null);
  }

  Preset(WireProtocol protocol, @Nullable String baseUrl, @Nullable OpenAiQuirks quirks) {
    this.protocol = protocol;
    this.baseUrl = baseUrl;
    this.quirks = quirks;
  }

  /** The one of that name; null if there is none. */
  static @Nullable Preset named(String name) {
    for (Preset preset : values()) {
      if (preset.name().toLowerCase(Locale.ROOT).equals(name)) {
        return preset;
      }
    }
    return null;
  }

  /** All there are, for people. */
  static String names() {
    return Arrays.stream(values())
        .map(preset -> preset.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  WireProtocol protocol() {
    return protocol;
  }

  /** Null where that is the wire protocol's, or nobody's: each customer has a server there. */
  @Nullable String baseUrl() {
    return baseUrl;
  }

  /** Null where it doesn't speak OpenAI's chat completions. */
  @Nullable OpenAiQuirks quirks() {
    return quirks;
  }
}
