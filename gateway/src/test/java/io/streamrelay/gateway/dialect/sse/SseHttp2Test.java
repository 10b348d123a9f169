package io.streamrelay.gateway.dialect.sse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.dialect.sse.Http2Connection.Exchange;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams that share one HTTP/2 connection. */
@Timeout(30)
final class SseHttp2Test {
  /** So long that nobody finds out by a ping. */
  private static final Duration NEVER = Duration.ofHours(1);

  private static final SseProperties QUIET = SseServer.properties(NEVER, Duration.ofSeconds(10));
  private static final SseProperties BRISK = SseServer.properties(NEVER, Duration.ofMillis(600));

  @Test
  void reset_isNoticedAtOnceAndOnlyItsStreamEnds() throws Exception {
    try (SseServer server = new SseServer(QUIET);
        Http2Connection connection = Http2Connection.plain(server.port())) {
      Exchange stays = connection.get("/s");
      Exchange goes = connection.get("/s");
      await().until(() -> goes.text().contains("id: 1-0") && stays.text().contains("id: 1-0"));

      goes.cancel();

      await().atMost(Duration.ofSeconds(5)).until(() -> server.sse.active() == 1);
      await().until(() -> server.hub.readers() == 1);
      assertThat(server.closed("disconnected")).isEqualTo(1);
      server.begin("s");
      server.text("s", 1, "on");
      server.end("s", 1);
      assertThat(stays.whole()).contains("{\"text\":\"on\"}").endsWith("id: 5-0\n\n");
    }
  }

  @Test
  void reset_atWhateverMomentFreesItsStream() throws Exception {
    try (SseServer server = new SseServer(QUIET)) {
      server.begin("s");
      for (int round = 0; round < 8; round++) {
        try (Http2Connection connection = Http2Connection.plain(server.port())) {
          for (int i = 0; i < 50; i++) {
            Exchange goes = connection.get("/s");
            if (i % 3 == 0) {
              goes.status();
            } else {
              while (!goes.text().contains(i % 3 == 1 ? "retry" : "id: 1-0")) {
                Thread.onSpinWait();
              }
            }
            goes.cancel();
          }
          await().atMost(Duration.ofSeconds(5)).until(() -> server.sse.active() == 0);
          assertThat(server.hub.readers()).isZero();
          assertThat(connection.isOpen()).isTrue();
        }
      }
    }
  }

  @Test
  void connection_thatBreaksFreesAllItsStreams() throws Exception {
    try (SseServer server = new SseServer(QUIET);
        Http2Connection connection = Http2Connection.plain(server.port())) {
      List<Exchange> all = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        all.add(connection.get("/s" + i));
      }
      await().until(() -> all.stream().allMatch(each -> each.text().contains("id: 1-0")));

      connection.breakOff();

      await().atMost(Duration.ofSeconds(5)).until(() -> server.sse.active() == 0);
      await().until(() -> server.hub.readers() == 0);
      assertThat(server.closed("disconnected")).isEqualTo(50);
      assertThat(server.places.openTokens()).isEmpty();
    }
  }

  @Test
  void slow_aStreamThatIsntReadIsResetAndTheOthersAreUnhurt() throws Exception {
    try (SseServer server = new SseServer(BRISK);
        Http2Connection connection = Http2Connection.plain(server.port())) {
      Exchange deaf = connection.getDeaf("/s");
      Exchange other = connection.get("/s");
      Exchange quiet = connection.get("/q");
      await().until(() -> server.sse.active() == 3);

      server.begin("s");
      for (int seq = 1; seq <= 40; seq++) {
        server.text("s", seq, "x".repeat(Http2Connection.WINDOW));
      }

      assertThat(deaf.end().get(15, TimeUnit.SECONDS)).isEqualTo("CANCEL_STREAM_ERROR");
      await().until(() -> server.sse.active() == 2);
      assertThat(server.closed("slow")).isEqualTo(1);
      assertThat(quiet.end()).isNotDone();
      server.end("s", 40);
      assertThat(other.whole()).contains("id: 2-40\n\n").endsWith("id: 5-0\n\n");
      assertThat(connection.isOpen()).isTrue();
    }
  }

  @Test
  void slow_aConnectionThatTakesNothingIsClosedForAllItsStreams() throws Exception {
    try (SseServer server = new SseServer(BRISK);
        Socket deaf = new Socket()) {
      deaf.setReceiveBufferSize(4096);
      deaf.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      OutputStream out = deaf.getOutputStream();
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
      out.write(new byte[] {0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 127, -1, -1, -1}); // any window
      out.write(new byte[] {0, 0, 4, 8, 0, 0, 0, 0, 0, 127, 0, 0, 0}); // for the connection, too
      for (byte stream : new byte[] {1, 3}) { // GET /s of localhost, in HPACK
        out.write(new byte[] {0, 0, 17, 1, 5, 0, 0, 0, stream, -126, -122, 4, 2, '/', 's', 1, 9});
        out.write("localhost".getBytes(US_ASCII));
      }
      await().until(() -> server.sse.active() == 2);

      server.begin("s");
      for (int seq = 1; seq <= 100; seq++) {
        server.text("s", seq, "x".repeat(64 * 1024));
      }

      await().atMost(Duration.ofSeconds(10)).until(() -> server.sse.active() == 0);
      assertThat(server.closed("slow")).isEqualTo(2);
    }
  }

  @Test
  void drain_tellsEachWhenToComeBackAndEndsItProperly() throws Exception {
    try (SseServer server = new SseServer(QUIET);
        Http2Connection connection = Http2Connection.plain(server.port())) {
      List<Exchange> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(connection.get("/s"));
      }
      await().until(() -> all.stream().allMatch(each -> each.text().contains("id: 1-0")));

      server.sse.drain(Duration.ofMillis(100), Duration.ofSeconds(5));

      for (Exchange each : all) {
        assertThat(each.whole()).containsPattern("\n\nretry: \\d{3,4}\n\n$");
      }
      assertThat(server.sse.active()).isZero();
      assertThat(connection.isOpen()).isTrue();
    }
  }

  @Test
  void drain_cutsWhatTakesNothing() throws Exception {
    try (SseServer server = new SseServer(QUIET);
        Http2Connection connection = Http2Connection.plain(server.port())) {
      Exchange deaf = connection.getDeaf("/s");
      await().until(() -> server.sse.active() == 1);
      server.begin("s");
      for (int seq = 1; seq <= 10; seq++) {
        server.text("s", seq, "x".repeat(Http2Connection.WINDOW));
      }

      server.sse.drain(Duration.ofMillis(100), Duration.ofMillis(100));

      assertThat(deaf.end().get(15, TimeUnit.SECONDS)).isEqualTo("CANCEL_STREAM_ERROR");
      await().until(() -> server.sse.active() == 0);
    }
  }
}
