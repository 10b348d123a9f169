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

/** Many event streams at once, on bare sockets: read to their ends, or never read. Thread-safe. */
final class OpenStreams implements AutoCloseable {
  private static final int BUFFER = 65_536;
  private static final int REFUSED_PAUSE_MILLIS = 1000;
  private static final int SMALL_BUFFER = 4096;

  private final List<Stream> streams = new ArrayList<>();
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
   * @param path one for each stream
   */
  static OpenStreams read(URI gateway, List<String> paths) {
    OpenStreams all = new OpenStreams(paths.size());
    for (String path : paths) {
      Stream stream = all.new Stream(gateway, path);
      all.streams.add(stream);
      Thread.ofVirtual().start(stream::read);
    }
    return all;
  }

  /** Opens them and takes nothing of what comes. */
  static OpenStreams stuck(URI gateway, List<String> paths) throws IOException {
    OpenStreams all = new OpenStreams(0);
    for (String path : paths) {
      Stream stream = all.new Stream(gateway, path);
      stream.open(SMALL_BUFFER);
      all.streams.add(stream);
    }
    return all;
  }

  /** Whether each had its first event within that time. */
  boolean awaitBegun(Duration atMost) throws InterruptedException {
    return begun.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
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

    private final URI gateway;
    private final String path;

    Stream(URI gateway, String path) {
      this.gateway = gateway;
      this.path = path;
    }

    void open(int buffer) throws IOException {
      socket.setReceiveBufferSize(buffer);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.getPort()));
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
                  .formatted(path, gateway.getAuthority())
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
        if (status != null && !status.contains(" 200")) {
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
