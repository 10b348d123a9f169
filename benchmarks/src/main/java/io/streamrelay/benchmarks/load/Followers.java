package io.streamrelay.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Many readers on one thread, each following a session: every event's id must follow the one
 * before, and every stamped token is looked at. Cheap, because it shares the machine with what is
 * measured.
 *
 * <p>Opened by one thread; what was counted may be read by any.
 */
public final class Followers implements AutoCloseable {
  private static final int BUFFER_BYTES = 65_536;
  private static final long SELECT_MILLIS = 100;

  private final InetSocketAddress gateway;
  private final Selector selector = Selector.open();
  private final JsonMapper json = new JsonMapper();
  private final Tally tally = new Tally();
  private final Thread thread = Thread.ofPlatform().daemon().name("followers").unstarted(this::run);
  private volatile @Nullable String broken;
  private volatile boolean closed;

  public Followers(int port) throws IOException {
    this.gateway = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    thread.start();
  }

  /** Opens one, on a path of the gateway. */
  public void open(String path) throws IOException {
    SocketChannel connection = SocketChannel.open(gateway);
    String request =
        "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + gateway.getPort() + "\r\n\r\n";
    connection.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    connection.configureBlocking(false);
    connection.register(selector, SelectionKey.OP_READ, new Follower(path));
  }

  /** Stamped tokens that arrived. */
  public long tokens() {
    return tally.tokens.sum();
  }

  /** From here on, {@link #delay} counts. */
  public void forgetDelays() {
    tally.delay.reset();
  }

  /** From a token's stamp to its arrival. */
  public Report.Millis delay() {
    return Report.Millis.of(tally.delay);
  }

  /** What went wrong, in a sentence; null: every event followed the one before. */
  public @Nullable String fault() {
    if (broken != null) {
      return broken;
    }
    long ids = tally.badIds.sum();
    long lost = tally.lost.sum();
    long doubled = tally.doubled.sum();
    long foreign = tally.foreign.sum();
    return ids + lost + doubled + foreign == 0
        ? null
        : "%d ids don't follow, %d tokens are lost, %d doubled, %d foreign"
            .formatted(ids, lost, doubled, foreign);
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try {
      while (!closed) {
        selector.select(key -> read(key, buffer), SELECT_MILLIS);
      }
    } catch (IOException e) {
      broken = "the readers broke: " + e.getMessage();
    }
  }

  private void read(SelectionKey key, ByteBuffer buffer) {
    Follower follower = (Follower) key.attachment();
    try {
      buffer.clear();
      int length = ((SocketChannel) key.channel()).read(buffer);
      if (length < 0) {
        key.cancel();
        if (!closed) {
          broken = follower.path + " was closed by the gateway";
        }
        return;
      }
      follower.answer.take(buffer.flip());
    } catch (IOException | RuntimeException e) {
      key.cancel();
      broken = follower.path + ": " + e.getMessage();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    selector.wakeup();
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  /** One connection. Owned by the thread of all. */
  private final class Follower implements SseEvents.Listener {
    private final String path;
    private final SseEvents events = new SseEvents(this);
    private final Dechunker answer = new Dechunker(events::take);
    private final EntryIds ids = new EntryIds();
    private final Stamp stamp = new Stamp(tally);

    Follower(String path) {
      this.path = path;
    }

    @Override
    public void event(String name, String data, @Nullable String id) {
      if (!ids.follows(id)) {
        tally.badIds.increment();
      }
      switch (name) {
        case "start" -> stamp.reset();
        case "text" -> stamp.text(json.readTree(data).path("text").asString(), Stamp.nowMicros());
        default -> {} // nothing is said
      }
    }
  }
}
