package io.streamrelay.gateway.dialect.uimessage;

import io.streamrelay.gateway.dialect.sse.JsonText;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.Failed;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.TurnId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * The chunks of the protocol as blocks of an event stream: {@code data} lines only, JSON on one
 * line. A message has one text part and one part of reasoning open at a time, so their ids needn't
 * differ, and the bytes of a delta are the same for all readers.
 */
final class UiChunks {
  /** The keys under which readers share the bytes of a delta. */
  static final Function<Entry, byte[]> TEXT_DELTA =
      entry -> textDelta(entry.event() instanceof Text(String text) ? text : "");

  static final Function<Entry, byte[]> REASONING_DELTA =
      entry -> reasoningDelta(entry.event() instanceof Reasoning(String text) ? text : "");

  static final byte[] START_STEP = block("{\"type\":\"start-step\"}");
  static final byte[] FINISH_STEP = block("{\"type\":\"finish-step\"}");
  static final byte[] RESET_STEP = block("{\"type\":\"reset-step\"}");
  static final byte[] TEXT_START = block("{\"type\":\"text-start\",\"id\":\"text\"}");
  static final byte[] TEXT_END = block("{\"type\":\"text-end\",\"id\":\"text\"}");
  static final byte[] REASONING_START =
      block("{\"type\":\"reasoning-start\",\"id\":\"reasoning\"}");
  static final byte[] REASONING_END = block("{\"type\":\"reasoning-end\",\"id\":\"reasoning\"}");
  static final byte[] DONE = block("[DONE]");

  private static final byte[] END = bytes("\n\n");
  private static final byte[] TEXT =
      bytes("data: {\"type\":\"text-delta\",\"id\":\"text\",\"delta\":");
  private static final byte[] REASONING =
      bytes("data: {\"type\":\"reasoning-delta\",\"id\":\"reasoning\",\"delta\":");
  private static final byte[] ERROR = bytes("data: {\"type\":\"error\",\"errorText\":");

  private UiChunks() {}

  static byte[] textDelta(String text) {
    return JsonText.join(TEXT, text, '}', END);
  }

  static byte[] reasoningDelta(String text) {
    return JsonText.join(REASONING, text, '}', END);
  }

  /** The turn's id is the message's: it is the same for each reader, from the first chunk on. */
  static byte[] start(TurnId turn) {
    return block("{\"type\":\"start\",\"messageId\":\"" + turn + "\"}");
  }

  /** An attempt takes over, for clients that know of no {@link #RESET_STEP}. */
  static byte[] mark(int attempt) {
    return block("{\"type\":\"" + UiMessages.MARK + "\",\"data\":{\"attempt\":" + attempt + "}}");
  }

  /** How the turn ended, with our own event as the message's metadata. */
  static byte[] end(Terminal terminal) {
    String metadata = "\"messageMetadata\":{\"relay\":" + EventCodec.json(terminal) + "}}";
    return switch (terminal) {
      case StreamEvent.Ended ended -> block("{\"type\":\"finish\"," + metadata);
      case Failed failed ->
          join(
              block("{\"type\":\"message-metadata\"," + metadata),
              JsonText.join(ERROR, failed.message(), '}', END));
      case Cancelled cancelled ->
          join(block("{\"type\":\"message-metadata\"," + metadata), block("{\"type\":\"abort\"}"));
    };
  }

  /**
   * @param json on one line
   */
  static byte[] block(String json) {
    return bytes("data: " + json + "\n\n");
  }

  static byte[] join(byte[]... blocks) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] each : blocks) {
      joined.writeBytes(each);
    }
    return joined.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
