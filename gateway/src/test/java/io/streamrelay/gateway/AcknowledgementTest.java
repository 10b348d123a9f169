package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.http.AcceptedSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The kernel is told when to give up a client that acknowledges nothing. */
@EnabledOnOs(OS.LINUX)
class AcknowledgementTest extends GatewayTest {
  private static final int DEFAULT_MILLIS = 13_000;

  @Test
  void acceptedConnections_areGivenUpInTime() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
        client.getOutputStream().write("GET /api/".getBytes(StandardCharsets.US_ASCII));

        await()
            .untilAsserted(() ->
                assertThat(AcceptedSockets.userTimeout(port, client.getLocalPort()))
                    .isEqualTo(OptionalInt.of(DEFAULT_MILLIS)));
      }
    }
  }
}
