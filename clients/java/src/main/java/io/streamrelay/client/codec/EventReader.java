package io.streamrelay.client.codec;

import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.client.wire.JsonObject;
import io.streamrelay.client.wire.MalformedAnswerException;
import io.streamrelay.client.wire.SseBlock;
import org.jspecify.annotations.Nullable;

/** Blocks of an event stream as events. */
public final class EventReader {
  private EventReader() {}

  /**
   * @return null of a ping
   */
  public static @Nullable RelayEvent read(SseBlock block) {
    String id = block.id();
    try {
      return switch (block.type()) {
        case "ping" -> null;
        case "user", "start", "snapshot", "text", "reasoning", "tool_call" ->
            ofTurn(block.type(), JsonObject.read(block.data()), id);
        case "end", "error", "cancel" -> terminal(block.type(), JsonObject.read(block.data()), id);
        default -> new RelayEvent.Unknown(block.type(), block.data(), id);
      };
    } catch (MalformedAnswerException e) {
      String at = id == null ? "" : " at " + id;
      throw new MalformedAnswerException("event " + block.type() + at + ": " + e.getMessage());
    }
  }

  private static RelayEvent ofTurn(String type, JsonObject data, @Nullable String id) {
    return switch (type) {
      case "user" ->
          new RelayEvent.User(
              data.text("turn"), data.text("messageId"), data.list("parts", Parts::read), id);
      case "start" ->
          new RelayEvent.Start(
              data.text("turn"),
              data.integer("attempt"),
              data.text("model"),
              data.flag("reset"),
              id);
      case "snapshot" ->
          new RelayEvent.Snapshot(
              data.text("text"),
              data.text("reasoning"),
              data.list("toolCalls", Parts::readCall),
              id);
      case "text" -> new RelayEvent.Text(data.text("text"), id);
      case "reasoning" -> new RelayEvent.Reasoning(data.text("text"), id);
      default -> new RelayEvent.ToolCall(Parts.readCall(data), id);
    };
  }

  private static RelayEvent.Terminal terminal(String type, JsonObject data, @Nullable String id) {
    String turn = data.text("turn");
    int length = data.integer("length");
    String sha256 = data.text("sha256");
    return switch (type) {
      case "end" ->
          new RelayEvent.End(
              turn,
              data.text("finishReason"),
              data.optionalObject("usage", Details::usage),
              data.optionalText("provider"),
              data.optionalText("model"),
              data.text("messageId"),
              length,
              sha256,
              Details.timings(data.object("timings")),
              data.list("warnings", Details::warning),
              id);
      case "error" ->
          new RelayEvent.Failed(
              turn,
              data.text("code"),
              data.text("message"),
              data.flag("retryable"),
              data.optionalText("messageId"),
              length,
              sha256,
              data.optionalFlag("partialLost"),
              id);
      default ->
          new RelayEvent.Cancelled(
              turn,
              data.text("by"),
              data.optionalText("reason"),
              data.optionalText("messageId"),
              length,
              sha256,
              data.optionalFlag("partialLost"),
              id);
    };
  }
}
