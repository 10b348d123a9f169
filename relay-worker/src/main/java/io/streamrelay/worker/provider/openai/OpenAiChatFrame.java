package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.ProviderError;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What one frame says, read token by token: no tree is built on the way of a delta. Read again for
 * each frame; keeps which tool calls there were.
 *
 * <p>Not thread-safe: owned by the decoder.
 */
final class OpenAiChatFrame {
  private final OpenAiToolCalls calls = new OpenAiToolCalls();
  private final OpenAiContent content = new OpenAiContent();

  private @Nullable String finishReason;
  private @Nullable Usage usage;
  private @Nullable String model;
  private @Nullable String id;
  private @Nullable ProviderError error;
  private boolean anyChoice;

  /**
   * Reads a frame; throws Jackson's exception where it is malformed.
   *
   * @param errorEvent the event is named {@code error}: whatever it holds is one
   * @return false if it isn't an object
   */
  boolean read(JsonParser json, boolean errorEvent) {
    clear();
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return false;
    }
    ProviderError.Reader bare = errorEvent ? new ProviderError.Reader() : null;
    String name;
    while ((name = json.nextName()) != null) {
      property(name, json, json.nextToken(), bare);
    }
    if (bare != null && error == null) {
      error = bare.error();
    }
    return true;
  }

  private void clear() {
    calls.clear();
    content.clear();
    finishReason = null;
    usage = null;
    error = null;
    anyChoice = false;
  }

  private void property(
      String name, JsonParser json, JsonToken value, ProviderError.@Nullable Reader bare) {
    switch (name) {
      case "choices" -> choices(json, value);
      case "usage" -> usage(json, value);
      case "x_groq" -> xGroq(json, value);
      case "error" -> error(json, value);
      case "model" -> model = isMissing(model) ? string(json, value) : model;
      case "id" -> id = isMissing(id) ? string(json, value) : id;
      default -> {
        if (bare != null) {
          bare.property(name, json, value);
        }
      }
    }
    json.skipChildren();
  }

  /** Only the first is asked for. */
  private void choices(JsonParser json, JsonToken value) {
    if (value != JsonToken.START_ARRAY) {
      return;
    }
    JsonToken element = json.nextToken();
    if (element == JsonToken.START_OBJECT) {
      anyChoice = true;
      choice(json);
      element = json.nextToken();
    }
    while (element != JsonToken.END_ARRAY) {
      if (element == null) {
        return;
      }
      json.skipChildren();
      element = json.nextToken();
    }
  }

  private void choice(JsonParser json) {
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      switch (name) {
        case "delta", "message" -> delta(json, value);
        case "finish_reason" -> {
          String reason = string(json, value);
          finishReason = reason == null || reason.isEmpty() ? finishReason : reason;
        }
        case "usage" -> usage(json, value);
        case "error" -> error(json, value);
        default -> {}
      }
      json.skipChildren();
    }
  }

  private void delta(JsonParser json, JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      return;
    }
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken property = json.nextToken();
      switch (name) {
        case "content", "refusal" -> content.text(json, property);
        case "reasoning_content", "reasoning", "thinking" -> content.reasoning(json, property);
        case "tool_calls" -> calls.read(json, property);
        case "function_call" -> calls.readFunction(json, property);
        default -> {}
      }
      json.skipChildren();
    }
  }

  private void xGroq(JsonParser json, JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      return;
    }
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken property = json.nextToken();
      switch (name) {
        case "usage" -> usage(json, property);
        case "error" -> error(json, property);
        default -> {}
      }
      json.skipChildren();
    }
  }

  private void usage(JsonParser json, JsonToken value) {
    if (value == JsonToken.START_OBJECT) {
      Usage read = OpenAiUsage.read(json);
      usage = read == null ? usage : read;
    }
  }

  private void error(JsonParser json, JsonToken value) {
    if (value == JsonToken.START_OBJECT) {
      error = ProviderError.read(json);
    } else if (value == JsonToken.VALUE_STRING) {
      error = ProviderError.of(json.getString());
    }
  }

  private static boolean isMissing(@Nullable String name) {
    return name == null || name.isEmpty();
  }

  private static @Nullable String string(JsonParser json, JsonToken value) {
    return value == JsonToken.VALUE_STRING ? json.getString() : null;
  }

  String text() {
    return content.text();
  }

  String reasoning() {
    return content.reasoning();
  }

  List<ToolCall> toolCalls() {
    return calls.pieces();
  }

  @Nullable String finishReason() {
    return finishReason;
  }

  @Nullable Usage usage() {
    return usage;
  }

  @Nullable String model() {
    return model;
  }

  @Nullable String id() {
    return id;
  }

  @Nullable ProviderError error() {
    return error;
  }

  boolean anyChoice() {
    return anyChoice;
  }
}
