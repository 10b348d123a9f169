package io.streamrelay.gateway.dialect.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class SseStreamsTest {
  private static final SseProperties CALM =
      SseServer.properties(Duration.ofSeconds(10), Duration.ofSeconds(10));
  private static final SseProperties BRISK =
      SseServer.properties(Duration.ofMillis(200), Duration.ofMillis(600));

  @Test
  void open_answersHeadAndRetryBeforeThereIsAnything() throws IOException {
    try (SseServer server = new SseServer(CALM);
        RawClient client = new RawClient(server.port())) {
      String head = client.get("s").toLowerCase();

      assertThat(head)
          .startsWith("http/1.1 200")
          .contains("content-type: text/event-stream;charset=utf-8\r\n")
          .contains("cache-control: no-cache, no-transform\r\n")
          .contains("x-accel-buffering: no\r\n")
          .doesNotContain("content-encoding");
      Matcher retry = Pattern.compile("retry: (\\d+)\n\n").matcher(client.block());
      assertThat(retry.matches()).isTrue();
      assertThat(Integer.parseInt(retry.group(1))).isBetween(1000, 5000);
    }
  }

  @Test
  void write_flushesEachEventAtOnceAndEndsWithTheTerminal() throws IOException {
    try (SseServer server = new SseServer(CALM);
        RawClient client = new RawClient(server.port())) {
      client.get("s");
      client.block();
      assertThat(client.block()).startsWith("event: user\n").endsWith("\nid: 1-0\n\n");

      server.begin("s");
      String turn = server.turn("s").turn().toString();
      assertThat(client.block())
          .isEqualTo(
              "event: start\ndata: {\"turn\":\""
                  + turn
                  + "\",\"attempt\":1,\"model\":\"demo\",\"reset\":false}\nid: 2-0\n\n");
      for (int seq = 1; seq < 50; seq++) {
        server.text("s", seq, "t" + seq);
        assertThat(client.block())
            .isEqualTo("event: text\ndata: {\"text\":\"t" + seq + "\"}\nid: 2-" + seq + "\n\n");
      }
      server.end("s", 49);
      assertThat(client.rest()).startsWith("event: cancel\n").endsWith("\nid: 5-0\n\n");

      await().until(() -> server.sse.active() == 0);
      assertThat(server.closed("finished")).isEqualTo(1);
      assertThat(server.meters.get("relay.delivery.lag").tag("dialect", "sse").timer().count())
          .isGreaterThan(49);
      client.get("s"); // the connection is as good as new
      assertThat(client.rest()).contains("id: 1-0\n\n", "id: 2-49\n\n").endsWith("id: 5-0\n\n");
    }
  }

  @Test
  void write_hostileTextArrivesAsText() throws IOException {
    String hostile = "\ndata: x\n\nevent: end\rid:9-9\r\n\u2028\"\\😀\u0001";
    try (SseServer server = new SseServer(CALM);
        RawClient client = new RawClient(server.port())) {
      server.begin("s");
      server.text("s", 1, hostile);
      server.end("s", 1);

      client.get("s");

      assertThat(client.rest())
          .contains(
              "event: text\ndata: {\"text\":\"\\ndata: x\\n\\nevent: end\\rid:9-9\\r\\n\u2028"
                  + "\\\"\\\\😀\\u0001\"}\nid: 2-1\n\n")
          .doesNotContain("\r");
    }
  }

  @Test
  void tick_pingsASilentClientWithoutAnId() throws IOException {
    try (SseServer server = new SseServer(BRISK);
        RawClient client = new RawClient(server.port())) {
      client.get("s");
      client.block();
      client.block();

      assertThat(client.block()).isEqualTo("event: ping\ndata: {}\n\n");
      assertThat(client.block()).isEqualTo("event: ping\ndata: {}\n\n");
    }
  }

  @Test
  void disconnect_isNoticed() throws IOException {
    try (SseServer server = new SseServer(BRISK)) {
      RawClient polite = new RawClient(server.port());
      RawClient rude = new RawClient(server.port());
      polite.get("s");
      rude.get("s");
      assertThat(server.sse.active()).isEqualTo(2);

      polite.close();
      rude.reset();

      await().atMost(Duration.ofSeconds(5)).until(() -> server.sse.active() == 0);
      assertThat(server.closed("disconnected")).isEqualTo(2);
      assertThat(server.hub.readers()).isZero();
    }
  }

  @Test
  void disconnect_byResetIsNoticedAtOnce() throws IOException {
    try (SseServer server = new SseServer(CALM)) {
      RawClient rude = new RawClient(server.port());
      rude.get("s");
      rude.block();
      rude.block();

      rude.reset();

      await().atMost(Duration.ofSeconds(5)).until(() -> server.sse.active() == 0);
      assertThat(server.closed("disconnected")).isEqualTo(1);
    }
  }

  @Test
  void disconnect_leavesNoDescriptor() throws IOException {
    var process = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
    try (SseServer server = new SseServer(BRISK)) {
      long before = process.getOpenFileDescriptorCount();
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        RawClient client = new RawClient(server.port());
        clients.add(client);
        client.get("s");
      }
      assertThat(process.getOpenFileDescriptorCount()).isGreaterThanOrEqualTo(before + 200);

      for (RawClient client : clients) {
        client.close();
      }

      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> process.getOpenFileDescriptorCount() < before + 20);
    }
  }

  @Test
  void halfClose_aClientThatSaysNoMoreReadsOn() throws IOException {
    try (SseServer server = new SseServer(CALM);
        RawClient client = new RawClient(server.port())) {
      client.get("s");
      client.block();
      client.block();

      client.sayNoMore();

      assertThat(client.block()).isEqualTo("event: ping\ndata: {}\n\n");
      server.begin("s");
      server.end("s", 0);
      assertThat(client.rest()).startsWith("event: start\n").endsWith("\nid: 5-0\n\n");
    }
  }

  @Test
  void nextRequest_beforeTheStreamsEndIsAnsweredAfterIt() throws IOException {
    try (SseServer server = new SseServer(CALM);
        RawClient client = new RawClient(server.port())) {
      client.get("s");
      client.block();
      client.block();

      client.send("s");

      assertThat(client.block()).isEqualTo("event: ping\ndata: {}\n\n");
      server.begin("s");
      server.end("s", 0);
      assertThat(client.rest()).startsWith("event: start\n").endsWith("\nid: 5-0\n\n");
      client.head();
      assertThat(client.rest()).contains("event: user\n").endsWith("\nid: 5-0\n\n");
    }
  }

  @Test
  void slow_aReaderThatNeverReadsIsCutAndOthersAreUnhurt() throws IOException {
    try (SseServer server = new SseServer(BRISK);
        RawClient never = new RawClient(server.port(), 4096);
        RawClient good = new RawClient(server.port())) {
      never.send("s");
      good.get("s");
      server.begin("s");
      int seq = 1;
      while (server.closed("slow") == 0) {
        server.text("s", seq, "x".repeat(4000));
        readUntil(good, "id: 2-" + seq + "\n\n");
        seq++;
      }
      server.end("s", seq - 1);
      readUntil(good, "id: 5-0\n\n");

      await().atMost(Duration.ofSeconds(5)).until(() -> server.sse.active() == 0);
      assertThat(server.closed("finished")).isEqualTo(1);
      assertThatThrownBy(() -> readAll(never)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void slow_aReaderOfAFewBytesIsCut() throws Exception {
    try (SseServer server = new SseServer(BRISK);
        RawClient trickle = new RawClient(server.port(), 4096)) {
      server.begin("s");
      for (int seq = 1; seq < 600; seq++) {
        server.text("s", seq, "x".repeat(4000));
      }
      trickle.send("s");

      await()
          .pollInterval(Duration.ofMillis(50))
          .atMost(Duration.ofSeconds(10))
          .until(() -> {
            trickle.readByte();
            trickle.readByte();
            return server.closed("slow") == 1;
          });

      await().atMost(Duration.ofSeconds(5)).until(() -> server.sse.active() == 0);
    }
  }

  @Test
  void open_fiveHundredIdleStreamsTakeNoThreads() throws IOException {
    List<RawClient> clients = new ArrayList<>();
    try (SseServer server = new SseServer(CALM)) {
      int before = Thread.activeCount();
      for (int i = 0; i < 500; i++) {
        RawClient client = new RawClient(server.port(), 4096);
        clients.add(client);
        client.get("s-" + i);
        client.block();
        client.block();
      }

      assertThat(server.sse.active()).isEqualTo(500);
      assertThat(Thread.activeCount() - before).isLessThan(50);

      for (int i = 0; i < 500; i++) {
        server.begin("s-" + i);
        assertThat(clients.get(i).block()).startsWith("event: start");
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void drain_tellsEachWhenToComeBackAndCloses() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try (SseServer server = new SseServer(CALM);
        RawClient never = new RawClient(server.port(), 4096)) {
      for (int i = 0; i < 20; i++) {
        RawClient client = new RawClient(server.port());
        clients.add(client);
        client.get("s");
        client.block();
        client.block();
      }
      server.begin("full");
      for (int seq = 1; seq < 600; seq++) {
        server.text("full", seq, "x".repeat(4000));
      }
      never.send("full");
      await().until(() -> server.sse.active() == 21);
      long begin = System.nanoTime();

      server.sse.drain(Duration.ofMillis(300), Duration.ofMillis(300));

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
      for (RawClient client : clients) {
        Matcher retry = Pattern.compile("retry: (\\d+)\n\n").matcher(client.rest());
        assertThat(retry.matches()).isTrue();
        assertThat(Integer.parseInt(retry.group(1))).isBetween(500, 8000);
      }
      assertThat(server.closed("draining")).isEqualTo(21);
      await().until(() -> server.sse.active() == 0);
      try (RawClient late = new RawClient(server.port())) {
        late.get("s");
        assertThat(late.rest()).contains("retry: ");
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void drain_interruptedLeavesAtOnce() throws Exception {
    try (SseServer server = new SseServer(CALM);
        RawClient one = new RawClient(server.port());
        RawClient other = new RawClient(server.port())) {
      one.get("s");
      other.get("s");

      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> server.sse.drain(Duration.ofMinutes(1), Duration.ofMinutes(1)))
          .isInstanceOf(InterruptedException.class);
    }
  }

  private static void readUntil(RawClient client, String end) throws IOException {
    while (!client.block().endsWith(end)) {}
  }

  private static void readAll(RawClient client) throws IOException {
    while (true) {
      client.readByte();
    }
  }
}
