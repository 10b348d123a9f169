package io.streamrelay.gateway.dialect.sse;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Text;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Entries as blocks of an event stream: {@code event}, {@code data}, and {@code id} as the last
 * line, since some clients take the id as soon as they read it.
 *
 * <p>Data is JSON on one line, whatever the model said: CR, LF and all control characters are
 * escaped in it, and event names and ids come from closed sets. So nothing needs to be split.
 */
final class SseEncoder {
  /** The key under which readers share a block's bytes. */
  static final Function<Entry, byte[]> BLOCK = SseEncoder::block;

  static final byte[] PING = ascii("event: ping\ndata: {}\n\n");

  private static final byte[] TEXT = ascii("event: text\ndata: {\"text\":");
  private static final byte[] REASONING = ascii("event: reasoning\ndata: {\"text\":");

  private SseEncoder() {}

  static byte[] block(Entry entry) {
    byte[] end = ascii("\nid: " + entry.id() + "\n\n");
    return switch (entry.event()) {
      case Text text -> JsonText.join(TEXT, text.text(), '}', end);
      case Reasoning reasoning -> JsonText.join(REASONING, reasoning.text(), '}', end);
      default ->
          (head(entry.event()) + "\nid: " + entry.id() + "\n\n").getBytes(StandardCharsets.UTF_8);
    };
  }

  /** The terminal of a turn that never had a place in the stream: no id. */
  static byte[] unrun(StreamEvent.Terminal terminal) {
    return (head(terminal) + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  /** How long a client waits before it comes back. */
  static byte[] retry(long millis) {
    return ascii("retry: " + millis + "\n\n");
  }

  private static String head(StreamEvent event) {
    return "event: " + event.type() + "\ndata: " + EventCodec.json(event);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
