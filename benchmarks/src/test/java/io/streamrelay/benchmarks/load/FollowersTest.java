package io.streamrelay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FollowersTest {
  private HttpServer gateway;

  @BeforeEach
  void start() throws IOException {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.start();
  }

  @AfterEach
  void stop() {
    gateway.stop(0);
  }

  @Test
  void tokens_areCountedAndTimed() throws Exception {
    saying(text("7-1", Stamp.token(0)) + text("7-2", Stamp.token(1)));

    try (Followers followers = opened()) {
      until(() -> followers.tokens() == 4);
      assertThat(followers.fault()).isNull();
      assertThat(followers.delay().max()).isBetween(0.0, 60_000.0);
    }
  }

  @Test
  void hole_isAFault() throws Exception {
    saying(text("7-1", Stamp.token(0)) + text("7-3", Stamp.token(2)));

    try (Followers followers = opened()) {
      until(() -> followers.tokens() == 4);
      assertThat(followers.fault())
          .isEqualTo("2 ids don't follow, 2 tokens are lost, 0 doubled, 0 foreign");
    }
  }

  @Test
  void closedConnection_isAFault() throws Exception {
    gateway.createContext("/", exchange -> exchange.close());

    try (Followers followers = opened()) {
      until(() -> followers.fault() != null);
      assertThat(followers.fault()).startsWith("/s");
    }
  }

  /** A start, then what is given; stays open. */
  private void saying(String events) {
    gateway.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream body = exchange.getResponseBody();
          String all = "retry: 1000\n\nevent: start\ndata: {}\nid: 7-0\n\n" + events;
          body.write(all.getBytes(StandardCharsets.UTF_8));
          body.flush();
        });
  }

  private static String text(String id, String text) {
    return "event: text\ndata: {\"text\":\"" + text + "\"}\nid: " + id + "\n\n";
  }

  private Followers opened() throws IOException {
    Followers followers = new Followers(gateway.getAddress().getPort());
    followers.open("/s0");
    followers.open("/s1");
    return followers;
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(limit);
      Thread.sleep(5);
    }
  }
}
