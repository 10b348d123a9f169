package io.streamrelay.worker.provider;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * A connection that logs nothing at any level: the client's own ones write headers with the key,
 * and prompts, to the debug log.
 */
final class QuietConnection extends DefaultBHttpClientConnection
    implements ManagedHttpClientConnection {
  private static final Http1Config LIMITS =
      Http1Config.custom().setMaxLineLength(16 * 1024).setMaxHeaderCount(200).build();

  private QuietConnection() {
    super(LIMITS);
  }

  /** Makes them. */
  static final class Factory implements HttpConnectionFactory<ManagedHttpClientConnection> {
    @Override
    public ManagedHttpClientConnection createConnection(@Nullable Socket socket)
        throws IOException {
      QuietConnection connection = new QuietConnection();
      if (socket != null) {
        connection.bind(socket);
      }
      return connection;
    }
  }

  @Override
  public void bind(SSLSocket tls, Socket plain) throws IOException {
    super.bind(tls, plain);
  }

  @Override
  public @Nullable Socket getSocket() {
    SocketHolder holder = getSocketHolder();
    return holder == null ? null : holder.getSocket();
  }

  /** There is no socket timeout to put aside. */
  @Override
  public void passivate() {}

  @Override
  public void activate() {}
}
