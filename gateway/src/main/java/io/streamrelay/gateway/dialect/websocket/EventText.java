package io.streamrelay.gateway.dialect.websocket;

import io.streamrelay.gateway.dialect.sse.JsonText;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.session.SessionId;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A session's entries as messages: {@code
 * {"type":"event","sessionId":…,"event":…,"data":…,"id":…}}, data being what the event streams
 * have. Those of one session are equal: the key under which all its readers share a message's
 * bytes. Immutable.
 */
final class EventText implements Function<Entry, byte[]> {
  private final SessionId session;
  private final String head;
  private final byte[] textHead;
  private final byte[] reasoningHead;

  EventText(SessionId session) {
    this.session = session;
    this.head = "{\"type\":\"event\",\"sessionId\":\"" + session + "\",\"event\":\"";
    this.textHead = ascii(head + "text\",\"data\":{\"text\":");
    this.reasoningHead = ascii(head + "reasoning\",\"data\":{\"text\":");
  }

  @Override
  public byte[] apply(Entry entry) {
    String end = ",\"id\":\"" + entry.id() + "\"}";
    return switch (entry.event()) {
      case Text text -> JsonText.join(textHead, text.text(), '}', ascii(end));
      case Reasoning reasoning -> JsonText.join(reasoningHead, reasoning.text(), '}', ascii(end));
      default -> (withData(entry.event()) + end).getBytes(StandardCharsets.UTF_8);
    };
  }

  /** The terminal of a turn that never had a place in the stream: no id. */
  byte[] unrun(Terminal terminal) {
    return (withData(terminal) + "}").getBytes(StandardCharsets.UTF_8);
  }

  private String withData(StreamEvent event) {
    return head + event.type() + "\",\"data\":" + EventCodec.json(event);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof EventText text && text.session.equals(session);
  }

  @Override
  public int hashCode() {
    return session.hashCode();
  }
}
