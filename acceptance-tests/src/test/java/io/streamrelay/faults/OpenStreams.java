package io.streamrelay.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Many event streams at once, on bare sockets: read to their ends, or never read. Thread-safe. */
final class OpenStreams implements AutoCloseable {
  private static final int BUFFER = 65_536;
  private static final int REFUSED_PAUSE_MILLIS = 1000;
  private static final int SMALL_BUFFER = 4096;

  private final List<Stream> streams = new ArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final CountDownLatch begun;
  private final CountDownLatch ended;

  private OpenStreams(int count) {
    begun = new CountDownLatch(count);
    ended = new CountDownLatch(count);
  }

  /**
   * One of them.
   *
   * @param retryMillis what its client was told last to wait before it comes back
   * @param endedNanos of {@link System#nanoTime}
   */
  record Ending(long retryMillis, long endedNanos) {
    /** When its client is back. */
    long backMillis() {
      return endedNanos / 1_000_000 + retryMillis;
    }
  }

  /**
   * Opens them all at once, without waiting for answers.
   *
   * @param urls one for each stream
   */
  static OpenStreams read(List<URI> urls) {
    OpenStreams all = new OpenStreams(urls.size());
    for (URI url : urls) {
      Stream stream = all.new Stream(url);
      all.streams.add(stream);
      Thread.ofVirtual().start(stream::read);
    }
    return all;
  }

  /** Opens them and takes nothing of what comes. */
  static OpenStreams stuck(List<URI> urls) throws IOException {
    OpenStreams all = new OpenStreams(0);
    for (URI url : urls) {
      Stream stream = all.new Stream(url);
      stream.open(SMALL_BUFFER);
      all.streams.add(stream);
    }
    return all;
  }

  /** Whether each had its first event within that time. */
  boolean awaitBegun(Duration atMost) throws InterruptedException {
    return begun.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** How often one was answered with something else than a stream, or not at all. */
  int refused() {
    return refused.get();
  }

  /** Whether each ended within that time. */
  boolean awaitEnded(Duration atMost) throws InterruptedException {
    return ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** After their ends. */
  List<Ending> endings() {
    return streams.stream()
        .map(stream -> new Ending(stream.retryMillis, stream.endedNanos))
        .toList();
  }

  @Override
  public void close() throws IOException {
    for (Stream stream : streams) {
      stream.socket.close();
    }
  }

  private final class Stream {
    private volatile Socket socket = new Socket();
    private volatile long retryMillis;
    private volatile long endedNanos;

    private final URI url;

    Stream(URI url) {
      this.url = url;
    }

    void open(int buffer) throws IOException {
      socket.setReceiveBufferSize(buffer);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), url.getPort()));
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
                  .formatted(url.getPath(), url.getAuthority())
                  .getBytes(StandardCharsets.US_ASCII));
    }

    /** Comes back when it is refused, as docs/protocol.md has it. */
    void read() {
      try {
        open(BUFFER);
        while (!readToEnd()) {
          Thread.sleep(REFUSED_PAUSE_MILLIS);
          socket = new Socket();
          open(BUFFER);
        }
      } catch (IOException e) {
        // ended
      } catch (InterruptedException e) {
        throw new IllegalStateException(e); // nobody does
      }
      endedNanos = System.nanoTime();
      ended.countDown();
    }

    /** Whether it was accepted. */
    private boolean readToEnd() throws IOException {
      boolean hasBegun = false;
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
        String status = lines.readLine();
        if (status == null || !status.contains(" 200")) {
          refused.incrementAndGet();
          return false;
        }
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("retry: ")) {
            retryMillis = Long.parseLong(line.substring(7).strip());
          } else if (line.startsWith("event: ") && !hasBegun) {
            hasBegun = true;
            begun.countDown();
          }
        }
        return true;
      }
    }
  }
}
