package io.streamrelay.acceptance;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports for processes that bind them seconds later. A port is given once: all builds of a
 * user count on in one file. The range is nobody else's: the embedded servers look above it, and
 * the system gives outgoing connections higher ones still. Thread-safe.
 */
public final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int PAST_LAST = 15_000;
  private static final Path LAST_GIVEN =
      Path.of(System.getProperty("user.home"), ".cache", "stream-relay", "last-test-port");

  private FreePorts() {}

  /** Free now, and not given again before all others were. */
  public static synchronized int next() throws IOException {
    Files.createDirectories(LAST_GIVEN.getParent());
    try (FileChannel file =
        FileChannel.open(
            LAST_GIVEN,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      file.lock(); // until it is closed
      ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES);
      int port =
          file.read(buffer, 0) == Integer.BYTES
              ? buffer.getInt(0)
              : ThreadLocalRandom.current().nextInt(FIRST, PAST_LAST);
      for (int tries = FIRST; tries < PAST_LAST; tries++) {
        port = port + 1 < PAST_LAST ? port + 1 : FIRST;
        if (isFree(port)) {
          file.write(buffer.clear().putInt(0, port), 0);
          return port;
        }
      }
    }
    throw new IOException("no free port between " + FIRST + " and " + PAST_LAST);
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException e) {
      return false;
    }
  }
}
