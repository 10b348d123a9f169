package io.streamrelay.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;

class RawConnectionTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final RedisAccess access = new RedisAccess(null, null, 0, null, LONG, LONG);

  /** A frozen server: its kernel accepts, and nobody answers. */
  @Test
  void connectionToAServerThatDoesntAnswer_isCutWhileItIsOpened() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      RawConnection connection =
          access.connection(new HostAndPort("127.0.0.1", server.getLocalPort()), "test", LONG);
      CompletableFuture<Void> opening = CompletableFuture.runAsync(connection::open);
      try (Socket accepted = server.accept()) {
        assertThat(accepted.getInputStream().read()).isNotNegative(); // it has introduced itself

        connection.cut();

        assertThatThrownBy(() -> opening.get(10, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(JedisConnectionException.class);
        assertThat(connection.isCut()).isTrue();
      }
    }
  }

  @Test
  void connectionThatWasCut_isNotOpened() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      RawConnection connection =
          access.connection(new HostAndPort("127.0.0.1", server.getLocalPort()), "test", LONG);

      connection.cut();

      assertThatThrownBy(connection::open).isInstanceOf(JedisConnectionException.class);
    }
  }
}
