package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.BoundedJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a usage object. Its input tokens are those beside the cache; ours are all of them. Not
 * thread-safe: one object, one reader.
 */
final class BedrockUsage {
  private @Nullable Long input;
  private @Nullable Long output;
  private @Nullable Long total;
  private @Nullable Long cacheRead;
  private long cacheWrite;

  private BedrockUsage() {}

  /** Reads the object the parser stands at the start of, to its end. Null if it counts nothing. */
  static @Nullable Usage read(JsonParser json) {
    BedrockUsage usage = new BedrockUsage();
    BoundedJson.object(
        json,
        JsonToken.START_OBJECT,
        (name, value) -> {
          if (value == JsonToken.VALUE_NUMBER_INT) {
            usage.count(name, json.getLongValue());
          }
        });
    return usage.usage();
  }

  private void count(String name, long tokens) {
    switch (name) {
      case "inputTokens" -> input = tokens;
      case "outputTokens" -> output = tokens;
      case "totalTokens" -> total = tokens;
      case "cacheReadInputTokens" -> cacheRead = tokens;
      case "cacheWriteInputTokens" -> cacheWrite = tokens;
      default -> {}
    }
  }

  private @Nullable Usage usage() {
    if (input == null && output == null && total == null) {
      return null;
    }
    Long all = input == null ? null : input + (cacheRead == null ? 0 : cacheRead) + cacheWrite;
    return new Usage(all, output, total, cacheRead, null);
  }
}
