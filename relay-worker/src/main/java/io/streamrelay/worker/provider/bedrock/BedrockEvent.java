package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.Usage;
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
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return false;
    }
    String name;
    while ((name = json.nextName()) != null) {
      property(name, json, json.nextToken());
      json.skipChildren();
    }
    return true;
  }

  private void clear() {
    block = -1;
    text = "";
    reasoning = "";
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
      case "start", "delta" -> content(json, value);
      case "stopReason" -> stopReason = value == JsonToken.VALUE_STRING ? json.getString() : null;
      case "usage" -> usage = value == JsonToken.START_OBJECT ? BedrockUsage.read(json) : null;
      default -> {}
    }
  }

  /** What a block begins with or goes on with. A tool's result is Bedrock's own tool's. */
  private void content(JsonParser json, JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      return;
    }
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken property = json.nextToken();
      if (name.equals("text") && property == JsonToken.VALUE_STRING) {
        text = json.getString();
      } else if (name.equals("reasoningContent") && property == JsonToken.START_OBJECT) {
        reasoningContent(json);
      } else if (name.equals("toolUse") && property == JsonToken.START_OBJECT) {
        toolUse(json);
      }
      json.skipChildren();
    }
  }

  private void reasoningContent(JsonParser json) {
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      if (name.equals("text") && value == JsonToken.VALUE_STRING) {
        reasoning = json.getString();
      }
      json.skipChildren();
    }
  }

  private void toolUse(JsonParser json) {
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      if (value == JsonToken.VALUE_STRING) {
        switch (name) {
          case "toolUseId" -> callId = json.getString();
          case "name" -> callName = json.getString();
          case "input" -> input = json.getString();
          default -> {}
        }
      }
      json.skipChildren();
    }
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
