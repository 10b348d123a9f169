package io.streamrelay.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Server-sent events out of bytes that were cut anywhere. One per connection; not thread-safe. */
public final class SseEvents {
  /** Takes what is in a block: its name ({@code message} if it has none), its data, its id. */
  public interface Listener {
    void event(String name, String data, @Nullable String id);
  }

  private final Listener listener;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
  private final StringBuilder data = new StringBuilder();
  private @Nullable String name;
  private @Nullable String id;
  private boolean hasData;

  public SseEvents(Listener listener) {
    this.listener = listener;
  }

  public void take(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      byte b = bytes.get();
      if (b == '\n') {
        line(line.toString(StandardCharsets.UTF_8));
        line.reset();
      } else if (b != '\r') { // both relays and providers end lines with LF or CRLF
        line.write(b);
      }
    }
  }

  private void line(String text) {
    if (text.isEmpty()) {
      if (hasData) {
        listener.event(name == null ? "message" : name, data.toString(), id);
      }
      data.setLength(0);
      hasData = false;
      name = null;
      id = null;
      return;
    }
    int colon = text.indexOf(':');
    int end = colon < 0 ? text.length() : colon;
    String value =
        colon < 0 ? "" : text.substring(text.startsWith(": ", colon) ? colon + 2 : colon + 1);
    switch (text.substring(0, end)) {
      case "event" -> name = value;
      case "id" -> id = value;
      case "data" -> {
        if (hasData) {
          data.append('\n');
        }
        data.append(value);
        hasData = true;
      }
      default -> {} // a comment, retry, and what is to come
    }
  }
}
