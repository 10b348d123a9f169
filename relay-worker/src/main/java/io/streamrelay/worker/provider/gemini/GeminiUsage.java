package io.streamrelay.worker.provider.gemini;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.BoundedJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a usage object. Gemini counts thoughts apart from the answer; in {@link Usage} both are
 * output, as with other providers. Not thread-safe: one object, one reader.
 */
final class GeminiUsage {
  private @Nullable Long prompt;
  private @Nullable Long ofTools;
  private @Nullable Long cached;
  private @Nullable Long candidates;
  private @Nullable Long thoughts;
  private @Nullable Long total;

  private GeminiUsage() {}

  /** Takes the value of {@code usageMetadata}. Null if it counts nothing. */
  static @Nullable Usage read(JsonParser json, JsonToken value) {
    GeminiUsage usage = new GeminiUsage();
    BoundedJson.object(
        json,
        value,
        (name, count) -> {
          if (count == JsonToken.VALUE_NUMBER_INT) {
            usage.count(name, json.getLongValue());
          }
        });
    return usage.inOurWords();
  }

  private void count(String name, long tokens) {
    switch (name) {
      case "promptTokenCount" -> prompt = tokens;
      case "toolUsePromptTokenCount" -> ofTools = tokens;
      case "cachedContentTokenCount" -> cached = tokens;
      case "candidatesTokenCount" -> candidates = tokens;
      case "thoughtsTokenCount" -> thoughts = tokens;
      case "totalTokenCount" -> total = tokens;
      default -> {}
    }
  }

  private @Nullable Usage inOurWords() {
    Long input = sum(prompt, ofTools);
    Long output = sum(candidates, thoughts);
    boolean counts = input != null || output != null || total != null;
    return counts ? new Usage(input, output, total, cached, thoughts) : null;
  }

  private static @Nullable Long sum(@Nullable Long one, @Nullable Long two) {
    return one == null ? two : two == null ? one : Long.valueOf(one + two);
  }
}
