package io.streamrelay.client;

import io.streamrelay.client.wire.SseBlock;
import io.streamrelay.client.wire.SseParser;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One connection of an event stream. Not thread-safe: owned by its reader. */
final class Connection {
  private static final String EVENTS = "text/event-stream";

  /** Far more than a gateway lets a turn say, escaped. */
  private static final int MOST_BLOCK_BYTES = 16 << 20;

  private final SseParser parser = new SseParser(MOST_BLOCK_BYTES);
  private final @Nullable Body body;
  private final Duration silence;
  private ByteBuffer piece = ByteBuffer.allocate(0);

  private Connection(@Nullable Body body, Duration silence) {
    this.body = body;
    this.silence = silence;
  }

  /**
   * Blocks until the answer's head is there.
   *
   * @param life closes it
   * @throws RelayException if it is refused
   */
  static Connection open(Gateway gateway, String path, @Nullable Cursor after, Life life)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = gateway.request(path, EVENTS);
    if (after != null) {
      request.header("Last-Event-ID", after.toString());
    }
    HttpResponse<Body> response = gateway.send(request.build(), gateway.silence(), life);
    if (response.statusCode() == 204) {
      return new Connection(null, gateway.silence());
    }
    String type = response.headers().firstValue("content-type").orElse("");
    if (response.statusCode() != 200 || !type.startsWith(EVENTS)) {
      throw Refusal.of(response);
    }
    return new Connection(response.body(), gateway.silence());
  }

  /** Whether there is nothing to read, now or later. */
  boolean isNothing() {
    return body == null;
  }

  /**
   * Blocks until a block is whole.
   *
   * @return null once the gateway has closed it; what it cut off is left out
   */
  @Nullable SseBlock next() throws IOException, InterruptedException {
    while (true) {
      SseBlock block = parser.next(piece);
      if (block != null) {
        return block;
      }
      ByteBuffer more = body == null ? null : body.next(silence);
      if (more == null) {
        return null;
      }
      piece = more;
    }
  }

  /** What the gateway asked to wait before coming back; null: nothing. */
  @Nullable Duration retry() {
    Long millis = parser.retryMillis();
    return millis == null ? null : Duration.ofMillis(millis);
  }
}
