package io.streamrelay.quickstart;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The model that {@code OPENAI_API_KEY} in the user's environment adds.
 *
 * @param name what callers ask for; one that ends in {@code *} passes the asked-for name on
 */
record OpenAiModel(String apiKey, String baseUrl, String name) {
  /** Null if there is no key. */
  static @Nullable OpenAiModel of(Map<String, String> environment) {
    String key = environment.getOrDefault("OPENAI_API_KEY", "").strip();
    if (key.isEmpty()) {
      return null;
    }
    return new OpenAiModel(
        key,
        orDefault(environment.get("OPENAI_BASE_URL"), "https://api.openai.com/v1"),
        orDefault(environment.get("OPENAI_MODEL"), "gpt-4o-mini"));
  }

  private static String orDefault(@Nullable String value, String otherwise) {
    return value == null || value.isBlank() ? otherwise : value.strip();
  }

  /** For gateways and workers. */
  Map<String, String> modelSettings() {
    String target = name.endsWith("*") ? "*" : name;
    return Map.of(
        "RELAY_MODELS_OPENAI_NAME", name, "RELAY_MODELS_OPENAI_TARGETS", "openai/" + target);
  }

  /** For workers only: they alone call the provider. */
  Map<String, String> providerSettings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("RELAY_PROVIDERS_OPENAI_TYPE", "openai-chat");
    settings.put("RELAY_PROVIDERS_OPENAI_BASEURL", baseUrl);
    settings.put("RELAY_PROVIDERS_OPENAI_APIKEY", apiKey);
    return settings;
  }

  /** Without the key. */
  @Override
  public String toString() {
    return name + " at " + baseUrl;
  }
}
