package io.streamrelay.gateway.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections that send their first request's headers byte by byte: the idle timeout alone
 * never ends them. Thread-safe.
 */
final class HeaderDeadline implements Connection.Listener {
  private final Scheduler scheduler;
  private final Duration timeout;

  HeaderDeadline(Scheduler scheduler, Duration timeout) {
    this.scheduler = scheduler;
    this.timeout = timeout;
  }

  @Override
  public void onOpened(Connection connection) {
    scheduler.schedule(() -> closeIfSilent(connection), timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void closeIfSilent(Connection connection) {
    if (connection.getMessagesIn() == 0) {
      connection.getEndPoint().close();
    }
  }
}
