package io.streamrelay.worker.provider.anthropic;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.BoundedJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Counts of one answer, gathered from its frames: each is the newest so far, and one that is
 * missing leaves the one before.
 *
 * <p>Anthropic counts what it read from its cache or wrote to it apart from the other input; in
 * {@link Usage} all of it is input, as with other providers.
 *
 * <p>Not thread-safe: owned by the frame.
 */
final class AnthropicUsage {
  private @Nullable Long input;
  private @Nullable Long cacheWritten;
  private @Nullable Long cacheRead;
  private @Nullable Long output;
  private @Nullable Long thinking;

  /** Takes the value of {@code usage}. */
  void read(JsonParser json, JsonToken value) {
    BoundedJson.object(
        json,
        value,
        (name, property) -> {
          if (property == JsonToken.VALUE_NUMBER_INT) {
            count(name, json.getLongValue());
          } else if (name.equals("output_tokens_details")) {
            BoundedJson.object(
                json,
                property,
                (detail, count) -> {
                  if (detail.equals("thinking_tokens") && count == JsonToken.VALUE_NUMBER_INT) {
                    thinking = json.getLongValue();
                  }
                });
          }
        });
  }

  private void count(String name, long tokens) {
    switch (name) {
      case "input_tokens" -> input = tokens;
      case "cache_creation_input_tokens" -> cacheWritten = tokens;
      case "cache_read_input_tokens" -> cacheRead = tokens;
      case "output_tokens" -> output = tokens;
      default -> {}
    }
  }

  /** Null if nothing was counted. */
  @Nullable Usage soFar() {
    if (input == null && output == null) {
      return null;
    }
    Long allInput =
        input == null ? null : Long.valueOf(input + orZero(cacheWritten) + orZero(cacheRead));
    Long total = allInput == null || output == null ? null : Long.valueOf(allInput + output);
    return new Usage(allInput, output, total, cacheRead, thinking);
  }

  private static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }
}
