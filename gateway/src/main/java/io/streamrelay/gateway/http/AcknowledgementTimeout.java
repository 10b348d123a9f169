package io.streamrelay.gateway.http;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the kernel give up connections whose other side acknowledges nothing any more, because its
 * machine or the way to it is gone: by itself it goes on trying for a quarter of an hour, and a
 * stream's few bytes fit into its send buffer, so no write ever fails or waits.
 *
 * <p>Set on the process' listening sockets, from which the accepted ones have it. Only on Linux;
 * elsewhere the log says so once. A bean of a connector, which starts it between listening and the
 * first accept. Not thread-safe.
 */
final class AcknowledgementTimeout extends AbstractLifeCycle {
  // As Linux numbers them, but for architectures without a JDK.
  static final int SOL_SOCKET = 1;
  static final int SO_ACCEPTCONN = 30;
  static final int IPPROTO_TCP = 6;
  static final int TCP_USER_TIMEOUT = 18;

  static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private static final Logger LOG = LoggerFactory.getLogger(AcknowledgementTimeout.class);

  private final int millis;

  AcknowledgementTimeout(Duration timeout) {
    this.millis = Math.toIntExact(timeout.toMillis());
  }

  @Override
  protected void doStart() {
    if (!isSet()) {
      LOG.warn(
          "this system can't be told when to give up connections: clients whose machine is gone"
              + " keep their streams for many minutes");
    }
  }

  private boolean isSet() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return false;
    }
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
      SocketOptions options = new SocketOptions();
      boolean isSet = false;
      for (Path path : descriptors) {
        int descriptor = Integer.parseInt(path.getFileName().toString());
        if (options.get(descriptor, SOL_SOCKET, SO_ACCEPTCONN).orElse(0) == 1) {
          isSet |= options.set(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, millis);
        }
      }
      return isSet;
    } catch (IOException | RuntimeException e) {
      LOG.debug("TCP_USER_TIMEOUT", e);
      return false;
    }
  }
}
