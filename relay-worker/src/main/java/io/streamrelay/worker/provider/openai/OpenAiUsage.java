package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads a usage object. Not thread-safe: one object, one reader. */
public final class OpenAiUsage {
  private @Nullable Long input;
  private @Nullable Long output;
  private @Nullable Long total;
  private @Nullable Long cached;
  private @Nullable Long reasoning;

  private OpenAiUsage() {}

  /** Reads the object the parser stands at the start of, to its end. Null if it counts nothing. */
  public static @Nullable Usage read(JsonParser json) {
    OpenAiUsage usage = new OpenAiUsage();
    usage.properties(json);
    boolean counts = usage.input != null || usage.output != null || usage.total != null;
    return counts
        ? new Usage(usage.input, usage.output, usage.total, usage.cached, usage.reasoning)
        : null;
  }

  private void properties(JsonParser json) {
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      if (value == JsonToken.VALUE_NUMBER_INT) {
        count(name, json.getLongValue());
      } else if (value == JsonToken.START_OBJECT && name.endsWith("_details")) {
        properties(json);
      }
      json.skipChildren();
    }
  }

  private void count(String name, long tokens) {
    switch (name) {
      case "prompt_tokens", "input_tokens" -> input = tokens;
      case "completion_tokens", "output_tokens" -> output = tokens;
      case "total_tokens" -> total = tokens;
      case "cached_tokens", "prompt_cache_hit_tokens" -> cached = tokens;
      case "reasoning_tokens" -> reasoning = tokens;
      default -> {}
    }
  }
}
