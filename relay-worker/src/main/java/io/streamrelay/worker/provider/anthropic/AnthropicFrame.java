package io.streamrelay.worker.provider.anthropic;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.BoundedJson;
import io.streamrelay.worker.provider.ProviderError;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What one frame says, read token by token. Read again for each frame; keeps what usage there was.
 *
 * <p>Not thread-safe: owned by the decoder.
 */
final class AnthropicFrame {
  private final AnthropicUsage usage = new AnthropicUsage();
  private String type = "";
  private int index;
  private String blockType = "";
  private @Nullable String toolId;
  private @Nullable String toolName;
  private String toolInput = "";
  private String text = "";
  private String thinking = "";
  private String partialJson = "";
  private boolean anyUsage;
  private @Nullable String stopReason;
  private @Nullable String model;
  private @Nullable String id;
  private @Nullable ProviderError error;

  /**
   * Reads a frame; throws Jackson's exception where it is malformed.
   *
   * @param event its type where it doesn't say so itself
   * @return false if it isn't an object
   */
  boolean read(JsonParser json, @Nullable String event) {
    clear(event);
    JsonToken first = json.nextToken();
    BoundedJson.object(json, first, (name, value) -> property(name, json, value));
    return first == JsonToken.START_OBJECT;
  }

  private void clear(@Nullable String event) {
    type = event == null ? "" : event;
    index = 0;
    blockType = "";
    toolId = null;
    toolName = null;
    toolInput = "";
    text = "";
    thinking = "";
    partialJson = "";
    anyUsage = false;
    stopReason = null;
    model = null;
    id = null;
    error = null;
  }

  private void property(String name, JsonParser json, JsonToken value) {
    switch (name) {
      case "type" -> type = orElse(type, json, value);
      case "index" -> index = value == JsonToken.VALUE_NUMBER_INT ? json.getIntValue() : index;
      case "message" -> BoundedJson.object(json, value, (inner, of) -> ofMessage(inner, json, of));
      case "content_block" ->
          BoundedJson.object(json, value, (inner, of) -> ofBlock(inner, json, of));
      case "delta" -> BoundedJson.object(json, value, (inner, of) -> ofDelta(inner, json, of));
      case "usage" -> usage(json, value);
      case "error" ->
          error =
              value == JsonToken.START_OBJECT ? ProviderError.read(json) : ProviderError.UNKNOWN;
      default -> {}
    }
  }

  private void ofMessage(String name, JsonParser json, JsonToken value) {
    switch (name) {
      case "id" -> id = BoundedJson.string(json, value);
      case "model" -> model = BoundedJson.string(json, value);
      case "usage" -> usage(json, value);
      default -> {}
    }
  }

  private void ofBlock(String name, JsonParser json, JsonToken value) {
    switch (name) {
      case "type" -> blockType = orElse(blockType, json, value);
      case "id" -> toolId = BoundedJson.string(json, value);
      case "name" -> toolName = BoundedJson.string(json, value);
      case "input" -> toolInput = value == JsonToken.START_OBJECT ? BoundedJson.text(json) : "";
      case "text" -> text = orElse(text, json, value);
      case "thinking" -> thinking = orElse(thinking, json, value);
      default -> {}
    }
  }

  private void ofDelta(String name, JsonParser json, JsonToken value) {
    switch (name) {
      case "text" -> text = orElse(text, json, value);
      case "thinking" -> thinking = orElse(thinking, json, value);
      case "partial_json" -> partialJson = orElse(partialJson, json, value);
      case "stop_reason" -> stopReason = BoundedJson.string(json, value);
      default -> {}
    }
  }

  private void usage(JsonParser json, JsonToken value) {
    usage.read(json, value);
    anyUsage = true;
  }

  private static String orElse(String before, JsonParser json, JsonToken value) {
    return value == JsonToken.VALUE_STRING ? json.getString() : before;
  }

  /** Such as {@code content_block_delta}; empty if it has none. */
  String type() {
    return type;
  }

  /** Of the block it is about. */
  int index() {
    return index;
  }

  /** Of the block that begins; else empty. */
  String blockType() {
    return blockType;
  }

  @Nullable String toolId() {
    return toolId;
  }

  @Nullable String toolName() {
    return toolName;
  }

  /** What a tool's block begins with, as JSON; empty if nothing. */
  String toolInput() {
    return toolInput;
  }

  String text() {
    return text;
  }

  String thinking() {
    return thinking;
  }

  String partialJson() {
    return partialJson;
  }

  /** All counts so far; null if this frame has none. */
  @Nullable Usage usage() {
    return anyUsage ? usage.soFar() : null;
  }

  @Nullable String stopReason() {
    return stopReason;
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
}
