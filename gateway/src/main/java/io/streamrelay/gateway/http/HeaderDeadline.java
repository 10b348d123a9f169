package io.streamrelay.gateway.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.websocket.core.WebSocketConnection;

/**
 * Closes connections that send their first request's headers, or TLS' handshake, byte by byte: the
 * idle timeout alone never ends them. One of which nothing was read yet is left to it: its client
 * may well have sent everything, and wait for a gateway that has thousands before it. Thread-safe.
 */
final class HeaderDeadline implements Connection.Listener {
  private static final String BEFORE_THE_HANDSHAKE = "SSL_NULL_WITH_NULL_NULL";

  private final Scheduler scheduler;
  private final Duration timeout;

  HeaderDeadline(Scheduler scheduler, Duration timeout) {
    this.scheduler = scheduler;
    this.timeout = timeout;
  }

  @Override
  public void onOpened(Connection connection) {
    if (!(connection instanceof WebSocketConnection)) { // of which a request came before
      checkLater(connection);
    }
  }

  private void checkLater(Connection connection) {
    scheduler.schedule(() -> check(connection), timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void check(Connection connection) {
    if (isThrough(connection) || !connection.getEndPoint().isOpen()) {
      return;
    }
    if (connection.getBytesIn() == 0) {
      checkLater(connection);
    } else {
      connection.getEndPoint().close();
    }
  }

  private static boolean isThrough(Connection connection) {
    if (connection instanceof SslConnection tls) {
      return !tls.getSSLEngine().getSession().getCipherSuite().equals(BEFORE_THE_HANDSHAKE);
    }
    // What negotiates the protocol counts nothing, and is over with the handshake.
    return connection.getMessagesIn() != 0;
  }
}
