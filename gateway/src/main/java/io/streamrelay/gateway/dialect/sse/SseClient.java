package io.streamrelay.gateway.dialect.sse;

import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;

/** The other side of one event stream. Thread-safe. */
sealed interface SseClient {
  static SseClient of(HttpServletRequest request) {
    ServletContextRequest asked = ServletContextRequest.getServletContextRequest(request);
    Connection connection = asked.getConnectionMetaData().getConnection();
    return connection instanceof HTTP2Connection http2
        ? new OfMany(http2.getSession(), Integer.parseInt(asked.getId()), asked)
        : new Alone(connection.getEndPoint());
  }

  /** The servlet API can't give up a write or an answer: what carries it has to go. */
  void cut();

  /** As {@link #cut}, where that had no effect because nothing gets through to the client. */
  void cutConnection();

  /** Has the watch tell of an end that nobody would notice before the next write. */
  void watchedBy(SocketWatch watch, Runnable onNews);

  void unwatchedBy(SocketWatch watch);

  /** By HTTP/1.1: it has the connection for itself. */
  record Alone(EndPoint connection) implements SseClient {
    @Override
    public void cut() {
      connection.close(new EofException("the stream is cut"));
    }

    @Override
    public void cutConnection() {
      cut();
    }

    @Override
    public void watchedBy(SocketWatch watch, Runnable onNews) {
      watch.begin(connection, onNews);
    }

    @Override
    public void unwatchedBy(SocketWatch watch) {
      watch.end(connection);
    }
  }

  /**
   * By HTTP/2: one of many on a connection, of which the others must not be hurt. Jetty itself
   * reads the connection all the time.
   */
  record OfMany(HTTP2Session connection, int id, Request request) implements SseClient {
    @Override
    public void cut() {
      Stream stream = connection.getStream(id);
      if (stream != null) { // else it is gone already
        stream.reset(new ResetFrame(id, ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
      }
    }

    @Override
    public void cutConnection() {
      connection.getEndPoint().close(new EofException("nothing gets through"));
    }

    /** An AsyncListener isn't told if Jetty is just then busy with the request. */
    @Override
    public void watchedBy(SocketWatch watch, Runnable onNews) {
      request.addFailureListener(failure -> Thread.startVirtualThread(onNews));
    }

    @Override
    public void unwatchedBy(SocketWatch watch) {}
  }
}
