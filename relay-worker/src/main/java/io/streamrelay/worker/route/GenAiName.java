package io.streamrelay.worker.route;

import org.jspecify.annotations.Nullable;

/**
 * Providers by the names that OpenTelemetry has for them ({@code gen_ai.provider.name}); ours,
 * where it has none.
 */
final class GenAiName {
  private GenAiName() {}

  /**
   * @param preset null: none, then the wire protocol says best who it is
   */
  static String of(@Nullable Preset preset, WireProtocol protocol) {
    return preset == null ? of(protocol) : of(preset);
  }

  private static String of(Preset preset) {
    return switch (preset) {
      case AZURE -> "azure.ai.openai";
      case OPENROUTER -> "openrouter";
      case DASHSCOPE -> "dashscope";
      case DEEPSEEK -> "deepseek";
      case MISTRAL -> "mistral_ai";
      case GROQ -> "groq";
      case GITHUB -> "github";
      case VLLM -> "vllm";
      case OPENAI, ANTHROPIC, GEMINI, BEDROCK, OLLAMA -> of(preset.protocol());
    };
  }

  private static String of(WireProtocol protocol) {
    return switch (protocol) {
      case OPENAI_CHAT, OPENAI_RESPONSES -> "openai";
      case ANTHROPIC_MESSAGES -> "anthropic";
      case GEMINI -> "gcp.gemini";
      case BEDROCK_CONVERSE -> "aws.bedrock";
      case OLLAMA -> "ollama";
    };
  }
}
