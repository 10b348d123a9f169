package io.streamrelay.worker.provider.openai;

import java.net.URI;
import java.util.Locale;

/**
 * What a server calls the limit of an answer's tokens. OpenAI's newer models refuse the older name;
 * many servers that took over its format know only that one.
 */
public enum MaxTokensField {
  MAX_TOKENS,
  MAX_COMPLETION_TOKENS;

  /** The newer name for OpenAI and Azure, which know it for all models; else the older one. */
  public static MaxTokensField of(URI baseUrl) {
    String host = baseUrl.getHost() == null ? "" : baseUrl.getHost().toLowerCase(Locale.ROOT);
    boolean newer =
        host.equals("openai.com")
            || host.endsWith(".openai.com")
            || host.endsWith(".openai.azure.com");
    return newer ? MAX_COMPLETION_TOKENS : MAX_TOKENS;
  }

  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
