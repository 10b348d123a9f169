package io.streamrelay.worker.provider.bedrock;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An API key of Bedrock's.
 *
 * @param secret null: none
 */
public record BearerKey(@Nullable String secret) implements BedrockKey {
  @Override
  public Map<String, String> headers(URI uri, byte[] body) {
    return secret == null ? Map.of() : Map.of("Authorization", "Bearer " + secret);
  }

  /** Never prints the key. */
  @Override
  public String toString() {
    return "BearerKey";
  }
}
