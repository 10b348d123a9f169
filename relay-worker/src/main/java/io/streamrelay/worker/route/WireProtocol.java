package io.streamrelay.worker.route;

import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.anthropic.AnthropicProvider;
import io.streamrelay.worker.provider.bedrock.BearerKey;
import io.streamrelay.worker.provider.bedrock.BedrockProvider;
import io.streamrelay.worker.provider.gemini.GeminiProvider;
import io.streamrelay.worker.provider.ollama.OllamaProvider;
import io.streamrelay.worker.provider.openai.OpenAiChatProvider;
import io.streamrelay.worker.provider.responses.ResponsesProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The ways to ask a server over HTTP, as {@code type} names them. */
enum WireProtocol {
  OPENAI_CHAT(
      "openai-chat",
      "https://api.openai.com/v1",
      (server, key, http) ->
          new OpenAiChatProvider(server.baseUrl(), key.secret(), server.quirks(), http)),
  OPENAI_RESPONSES(
      "openai-responses",
      "https://api.openai.com/v1",
      (server, key, http) ->
          new ResponsesProvider(
              server.baseUrl(),
              key.secret(),
              server.quirks().keyHeader(),
              server.properties().background(),
              http)),
  ANTHROPIC_MESSAGES(
      "anthropic-messages",
      "https://api.anthropic.com",
      (server, key, http) -> new AnthropicProvider(server.baseUrl(), key.secret(), http)),
  GEMINI(
      "gemini",
      "https://generativelanguage.googleapis.com",
      (server, key, http) -> new GeminiProvider(server.baseUrl(), key.secret(), http)),
  BEDROCK_CONVERSE(
      "bedrock-converse",
      "",
      (server, key, http) ->
          new BedrockProvider(server.baseUrl(), () -> new BearerKey(key.secret().get()), http)) {
    @Override
    String defaultBaseUrl(String entry, ProviderProperties.Entry properties) {
      return AwsKeys.baseUrl(entry, properties.aws());
    }

    @Override
    List<ApiKey> keys(String entry, Server server, ProviderHttpClient http) {
      AwsKeys.Source aws = AwsKeys.of(entry, server.properties(), server.baseUrl());
      return aws == null
          ? super.keys(entry, server, http)
          : List.of(
              new ApiKey(
                  aws.entry(),
                  () -> aws.key().get().secret(),
                  new BedrockProvider(server.baseUrl(), aws.key(), http)));
    }
  },
  OLLAMA(
      "ollama",
      "http://127.0.0.1:11434",
      (server, key, http) -> new OllamaProvider(server.baseUrl(), key.secret(), http));

  private final String type;
  private final String defaultBaseUrl;
  private final Factory factory;

  /** Makes a provider of one key; the client is shared by all keys. */
  private interface Factory {
    Provider make(Server server, ApiKeys.Source key, ProviderHttpClient http);
  }

  WireProtocol(String type, String defaultBaseUrl, Factory factory) {
    this.type = type;
    this.defaultBaseUrl = defaultBaseUrl;
    this.factory = factory;
  }

  /** Null if there is none of that type. */
  static @Nullable WireProtocol find(@Nullable String type) {
    for (WireProtocol protocol : values()) {
      if (protocol.type.equals(type)) {
        return protocol;
      }
    }
    return null;
  }

  /** Its name as a {@code type}. */
  String type() {
    return type;
  }

  /** All that {@code type} may be, for people. */
  static String types() {
    return Stream.concat(
            Stream.of(ConfiguredProviders.DEMO),
            Arrays.stream(values()).map(protocol -> protocol.type))
        .collect(Collectors.joining(", "));
  }

  /**
   * Where it is asked unless a base URL is given.
   *
   * @param entry the property prefix of the provider
   */
  String defaultBaseUrl(String entry, ProviderProperties.Entry properties) {
    return defaultBaseUrl;
  }

  /**
   * The keys as configured, at least one, each with the provider that asks with it; throws {@link
   * PropertyException} where one is needed and not there.
   *
   * @param entry the property prefix of the provider
   */
  List<ApiKey> keys(String entry, Server server, ProviderHttpClient http) {
    List<ApiKey> keys = new ArrayList<>();
    for (ApiKeys.Source source : ApiKeys.of(entry, server.properties(), server.baseUrl())) {
      Provider provider = factory.make(server, source, http);
      keys.add(new ApiKey(source.entry(), source.secret(), provider));
    }
    return keys;
  }
}
