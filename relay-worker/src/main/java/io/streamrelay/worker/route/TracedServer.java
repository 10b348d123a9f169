package io.streamrelay.worker.route;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What spans and metrics say of a provider.
 *
 * @param key of the provider in the configuration
 * @param name as OpenTelemetry's conventions for generative AI call it
 * @param address a host's name or address; null: there is none
 * @param port 0 where there is no address
 */
record TracedServer(String key, String name, @Nullable String address, int port) {
  static TracedServer demo(String key) {
    return new TracedServer(key, ConfiguredProviders.DEMO, null, 0);
  }

  static TracedServer of(String key, @Nullable Preset preset, Server server) {
    int port = server.baseUrl().getPort();
    int usual = "https".equals(server.baseUrl().getScheme()) ? 443 : 80;
    return new TracedServer(
        key,
        preset == null ? name(server.protocol()) : name(preset),
        server.baseUrl().getHost(),
        port < 0 ? usual : port);
  }

  /** Whose protocol it is: the best that is known of a server without a preset. */
  private static String name(WireProtocol protocol) {
    return switch (protocol) {
      case OPENAI_CHAT, OPENAI_RESPONSES -> "openai";
      case ANTHROPIC_MESSAGES -> "anthropic";
      case GEMINI -> "gcp.gemini";
      case BEDROCK_CONVERSE -> "aws.bedrock";
      case OLLAMA -> "ollama";
    };
  }

  private static String name(Preset preset) {
    return switch (preset) {
      case AZURE -> "azure.ai.openai";
      case MISTRAL -> "mistral_ai";
      case OPENAI, OPENROUTER, DASHSCOPE, DEEPSEEK, GROQ, GITHUB, VLLM ->
          preset.name().toLowerCase(Locale.ROOT);
      case ANTHROPIC, GEMINI, BEDROCK, OLLAMA -> name(preset.protocol());
    };
  }
}
