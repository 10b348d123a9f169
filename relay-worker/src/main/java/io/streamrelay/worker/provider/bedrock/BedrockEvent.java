package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.BoundedJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What one event says, read token by token: no tree is built on the way of a delta. Read again for
 * each event.
 *
 * <p>Not thread-safe: owned by the decoder.
 */
final class BedrockEvent {
  private int block;
  private String text = "";
  private String reasoning = "";
  private String input = "";
  private @Nullable String callId;
  private @Nullable String callName;
  private @Nullable String stopReason;
  private @Nullable Usage usage;
  private boolean isHidden;
  private boolean endsBlock;
  private boolean isMetadata;

  /**
   * Reads an event; throws Jackson's exception where it is malformed.
   *
   * @param type of the event
   * @return false if it isn't an object
   */
  boolean read(JsonParser json, @Nullable String type) {
    clear();
    endsBlock = "contentBlockStop".equals(type);
    isMetadata = "metadata".equals(type);
    JsonToken first = json.nextToken();
    BoundedJson.object(json, first, (name, value) -> property(name, json, value));
    return first == JsonToken.START_OBJECT;
  }

  private void clear() {
    block = -1;
    text = "";
    reasoning = "";
    isHidden = false;
    input = "";
    callId = null;
    callName = null;
    stopReason = null;
    usage = null;
  }

  private void property(String name, JsonParser json, JsonToken value) {
    switch (name) {
      case "contentBlockIndex" ->
          block = value == JsonToken.VALUE_NUMBER_INT ? json.getIntValue() : block;
      case "start", "delta" ->
          BoundedJson.object(json, value, (inner, of) -> content(inner, json, of));
      case "stopReason" -> stopReason = BoundedJson.string(json, value);
      case "usage" -> usage = value == JsonToken.START_OBJECT ? BedrockUsage.read(json) : null;
      default -> {}
    }
  }

  /** What a block begins with or goes on with. A tool's result is one of Bedrock's own tools'. */
  private void content(String name, JsonParser json, JsonToken value) {
    switch (name) {
      case "text" -> text = orElse(text, json, value);
      case "reasoningContent" ->
          BoundedJson.object(json, value, (inner, of) -> reasoningContent(inner, json, of));
      case "toolUse" -> BoundedJson.object(json, value, (inner, of) -> toolUse(inner, json, of));
      default -> {}
    }
  }

  private void reasoningContent(String name, JsonParser json, JsonToken value) {
    if (name.equals("text")) {
      reasoning = orElse(reasoning, json, value);
    } else {
      isHidden = true;
    }
  }

  private void toolUse(String name, JsonParser json, JsonToken value) {
    switch (name) {
      case "toolUseId" -> callId = BoundedJson.string(json, value);
      case "name" -> callName = BoundedJson.string(json, value);
      case "input" -> input = orElse(input, json, value);
      default -> {}
    }
  }

  private static String orElse(String before, JsonParser json, JsonToken value) {
    return value == JsonToken.VALUE_STRING ? json.getString() : before;
  }

  /** The content block it is about; -1: none. */
  int block() {
    return block;
  }

  String text() {
    return text;
  }

  String reasoning() {
    return reasoning;
  }

  /** Whether it has reasoning that isn't shown, or the signature of one. */
  boolean isHidden() {
    return isHidden;
  }

  boolean beginsCall() {
    return callId != null || callName != null;
  }

  @Nullable String callId() {
    return callId;
  }

  @Nullable String callName() {
    return callName;
  }

  /** A piece of a tool call's arguments. */
  String input() {
    return input;
  }

  boolean endsBlock() {
    return endsBlock;
  }

  @Nullable String stopReason() {
    return stopReason;
  }

  boolean isMetadata() {
    return isMetadata;
  }

  @Nullable Usage usage() {
    return usage;
  }
}
