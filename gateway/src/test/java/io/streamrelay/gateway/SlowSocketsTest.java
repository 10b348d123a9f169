package io.streamrelay.gateway;

import static io.streamrelay.gateway.TestSocket.kinds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.gateway.dialect.websocket.ChatSockets;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Clients that never read cost their own sockets, and not much of the heap. */
@TestPropertySource(
    properties = {
      "relay.gateway.websocket.write-timeout=3s",
      "relay.gateway.websocket.per-caller=2000",
      "relay.gateway.streams.per-caller=2000"
    })
class SlowSocketsTest extends GatewayTest {
  private static final int SOCKETS = 1000;
  private static final int PIECES = 400;
  private static final String PIECE = "word ".repeat(400);
  private static final int SMALL_BUFFER = 4096;

  /** Of each: what waits (32 KiB at most, most of it shared), Jetty's objects and ours. */
  private static final long MOST_BYTES = SOCKETS * 60L * 1024;

  private static final Duration AT_MOST = Duration.ofSeconds(60);

  @Autowired ChatSockets sockets;
  @Autowired MeterRegistry registry;

  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  /** How many, by code. */
  private Map<String, Double> closed() {
    return registry.find("relay.sockets.closed").counters().stream()
        .filter(counter -> counter.count() > 0)
        .collect(Collectors.toMap(counter -> counter.getId().getTag("code"), Counter::count));
  }

  @Test
  void clientsThatNeverRead_areCutAndHurtNobodyElse() {
    String session = newSession();
    var worker = backstage.worker().begin(submit(session));
    List<RawSocket> slow = new ArrayList<>();
    try (TestSocket reader = TestSocket.open(port)) {
      reader
          .send("{'type':'subscribe','requestId':'r','sessionId':'" + session + "'}")
          .next("subscribed");
      reader.eventsTo("start");
      long before = heap();
      for (int i = 0; i < SOCKETS; i++) {
        RawSocket socket = RawSocket.open(port, SMALL_BUFFER);
        slow.add(socket);
        socket.send(
            RawSocket.text("{'type':'subscribe','requestId':'r','sessionId':'" + session + "'}"));
      }
      await().atMost(AT_MOST).until(() -> hub.readers() == SOCKETS + 1);
      long opened = heap();

      long most = 0;
      for (int i = 0; i < PIECES; i++) {
        worker.say(PIECE);
        if (i == PIECES / 2) {
          most = heap();
        }
      }
      worker.end();
      List<JsonNode> events = reader.eventsTo("end");
      most = Math.max(most, heap());
      await().atMost(AT_MOST).until(() -> sockets.active() == 1);

      assertThat(kinds(events).stream().filter("text"::equals).count()).isEqualTo(PIECES);
      assertThat(opened - before).isLessThan(MOST_BYTES / 2);
      assertThat(most - before).isLessThan(MOST_BYTES);
      assertThat(closed().keySet()).isSubsetOf("4408", "1006"); // by us, or by the kernel for us
      assertThat(closed().values().stream().mapToDouble(Double::doubleValue).sum())
          .isEqualTo(SOCKETS);
      assertThat(hub.readers()).isZero();
    } finally {
      slow.forEach(RawSocket::close);
    }
    await().atMost(AT_MOST).until(() -> sockets.active() == 0);
  }
}
