package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * Connections of which nothing was read for longer than headers may take: their clients may have
 * sent everything, to a gateway that has thousands before them.
 */
class SilentConnectionTest extends GatewayTest {
  private static final int PATIENCE_MILLIS = 20_000;

  @Test
  void silentConnection_isStillServedWhenASlowOneIsClosed() throws Exception {
    try (Socket silent = connect();
        Socket slow = connect()) {
      write(slow, "GET /api/models HTTP/1.1\r\nX-Slow: ");
      assertThat(isClosed(slow)).isTrue(); // so the silent one's time, which began sooner, is over

      write(silent, "GET /api/models HTTP/1.1\r\nHost: localhost\r\n\r\n");

      byte[] status = silent.getInputStream().readNBytes(12);
      assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
    }
  }

  @Test
  void connectionThatIsSlowAfterASilence_isClosed() throws Exception {
    try (Socket first = connect();
        Socket slow = connect()) {
      write(first, "GET /api/models HTTP/1.1\r\nX-Slow: ");
      assertThat(isClosed(first)).isTrue();

      write(slow, "GET /api/models HTTP/1.1\r\nX-Slow: ");

      assertThat(isClosed(slow)).isTrue();
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS); // less than the idle timeout
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isClosed(Socket socket) throws IOException {
    return socket.getInputStream().read() < 0;
  }
}
