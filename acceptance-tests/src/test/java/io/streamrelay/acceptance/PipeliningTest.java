package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that send request after request, and never wait for an answer. */
@ExtendWith(SharedSystem.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PipeliningTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final byte[] REQUESTS =
      "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"
          .repeat(1000)
          .getBytes(StandardCharsets.US_ASCII);

  /** They are more than the gateway has carriers. */
  @Test
  void clientsThatNeverPause_dontKeepOthersOut(RelaySystem system) throws Exception {
    URI gateway = URI.create(system.url(0));
    List<Socket> sockets = new ArrayList<>();
    try (HttpClient other = HttpClient.newHttpClient()) {
      for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.getPort());
        sockets.add(socket);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        Thread.ofPlatform().daemon().start(() -> send(socket));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        Thread.ofPlatform().daemon().start(() -> receive(socket));
      }
      for (int i = 0; i < 10; i++) {
        HttpRequest request =
            HttpRequest.newBuilder(gateway.resolve("/api/version")).timeout(PATIENCE).build();
        assertThat(other.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static void send(Socket socket) {
    try {
      while (true) {
        socket.getOutputStream().write(REQUESTS);
      }
    } catch (IOException e) {
      // the test is over
    }
  }

  private static void receive(Socket socket) {
    byte[] answers = new byte[65_536];
    try {
      InputStream in = socket.getInputStream();
      while (in.read(answers) >= 0) {}
    } catch (IOException e) {
      // the test is over
    }
  }
}
