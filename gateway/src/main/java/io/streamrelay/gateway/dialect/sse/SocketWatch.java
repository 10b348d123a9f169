package io.streamrelay.gateway.dialect.sse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;

/**
 * Tells of sockets that ended while nobody wrote to them. Jetty doesn't look at a socket whose
 * request it has read, so a connection that the kernel gave up would be noticed by the next write
 * only, and that may be a ping's time away.
 *
 * <p>A second selector over the same channels, and one thread for all of them. Thread-safe.
 */
final class SocketWatch implements AutoCloseable {
  /** How long a new socket may wait to be looked at, and a closed one for its descriptor's end. */
  private static final long ROUND_MILLIS = 1000;

  private final Selector selector;

  SocketWatch() {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void start() {
    Thread.ofPlatform().daemon().name("socket-watch").start(this::run);
  }

  /**
   * Calls {@code onNews} once, on a thread of its own, when the socket fails, or its client ends
   * its side or says something; which of it, only a write or a read can tell.
   */
  void begin(EndPoint client, Runnable onNews) {
    try {
      if (client.getTransport() instanceof SocketChannel socket) {
        socket.register(selector, SelectionKey.OP_READ, onNews);
      }
    } catch (ClosedChannelException | IllegalStateException e) {
      // it is closed, or the watch is: whoever writes finds out
    }
  }

  /** No more calls. The key stays with the connection, which may get another stream. */
  void end(EndPoint client) {
    if (client.getTransport() instanceof SocketChannel socket) {
      SelectionKey key = socket.keyFor(selector);
      if (key != null) {
        silence(key);
      }
    }
  }

  private void run() {
    try {
      while (true) {
        selector.select(SocketWatch::tell, ROUND_MILLIS);
      }
    } catch (ClosedSelectorException e) {
      // closed
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void tell(SelectionKey key) {
    Runnable onNews = (Runnable) key.attachment();
    silence(key);
    if (onNews != null) {
      Thread.startVirtualThread(onNews);
    }
  }

  /** What there is to read stays there to be read, and would be news again and again. */
  private static void silence(SelectionKey key) {
    key.attach(null);
    try {
      key.interestOps(0);
    } catch (CancelledKeyException e) {
      // closed meanwhile
    }
  }

  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
