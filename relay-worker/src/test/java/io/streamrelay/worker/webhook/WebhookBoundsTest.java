package io.streamrelay.worker.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.worker.outbox.Delivery;
import io.streamrelay.worker.outbox.Delivery.Done;
import io.streamrelay.worker.outbox.Delivery.Later;
import io.streamrelay.worker.outbox.OutboxEvent;
import io.streamrelay.worker.provider.ScriptedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes at once, and for how long. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class WebhookBoundsTest {
  private static final String OK = "HTTP/1.1 204 No Content\r\n\r\n";
  private static final String FAILED =
      "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";

  private final WebhookScene scene = new WebhookScene();
  private ScriptedServer receiver;

  @AfterEach
  void close() throws Exception {
    scene.close();
    receiver.close();
  }

  private WebhookDestination destination(ScriptedServer.Script script, String... settings)
      throws Exception {
    receiver = new ScriptedServer(script);
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("url=" + receiver.url());
    return scene.destination(all.toArray(String[]::new));
  }

  private List<OutboxEvent> sessions(int count) {
    List<OutboxEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(scene.event("s" + i));
    }
    return events;
  }

  @Test
  void deliver_oneThatIsNotTakenKeepsBackNoOther() throws Exception {
    List<OutboxEvent> events = sessions(9);
    String refused = events.get(4).turn().toString();
    WebhookDestination destination =
        destination((connection, number) -> {
          while (true) {
            String body = connection.readRequest().body();
            connection.write(body.contains(refused) ? FAILED : OK);
          }
        });

    List<Delivery> became = destination.deliver(events);

    assertThat(became.get(4)).isEqualTo(new Later("http_500", null));
    assertThat(became).hasSize(9).filteredOn(new Done()::equals).hasSize(8);
    assertThat(receiver.requests()).hasSize(9);
  }

  /** Three answers wait for one another: with fewer at once nothing would ever be answered. */
  @Test
  void deliver_asManyAtOnceAsAllowedAndNoMore() throws Exception {
    CyclicBarrier three = new CyclicBarrier(3);
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    WebhookDestination destination =
        destination(
            (connection, number) -> {
              while (true) {
                connection.readRequest();
                most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                try {
                  three.await();
                } catch (BrokenBarrierException e) {
                  throw new IllegalStateException(e);
                }
                underWay.decrementAndGet();
                connection.write(OK);
              }
            },
            "max-concurrent=3",
            "timeout=30s");

    assertThat(destination.deliver(sessions(21))).containsOnly(new Done()).hasSize(21);

    assertThat(most).hasValue(3);
    assertThat(receiver.connections()).isEqualTo(3);
  }

  @Test
  void deliver_boundsTheBoundForAllCallsTogether() throws Exception {
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    WebhookDestination destination =
        destination(
            (connection, number) -> {
              while (true) {
                connection.readRequest();
                most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                Thread.onSpinWait();
                underWay.decrementAndGet();
                connection.write(OK);
              }
            },
            "max-concurrent=1");
    List<Thread> callers = new ArrayList<>();
    List<Delivery> became = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 4; i++) {
      callers.add(
          Thread.startVirtualThread(() -> {
            try {
              became.addAll(destination.deliver(sessions(10)));
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }));
    }
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(became).hasSize(40).containsOnly(new Done());
    assertThat(most).hasValue(1);
  }

  @Test
  void deliver_beginsNoTryAfterTheTimeout() throws Exception {
    WebhookDestination destination =
        destination(
            (connection, number) -> {
              connection.readRequest();
              connection.awaitClose();
            },
            "max-concurrent=2",
            "timeout=200ms");
    long begun = System.nanoTime();

    List<Delivery> became = destination.deliver(sessions(200));

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(destination.longest());
    assertThat(became)
        .hasSize(200)
        .allMatch(Later.class::isInstance)
        .contains(new Later("timeout", null), new Later("busy", Duration.ZERO));
    assertThat(receiver.connections()).isLessThan(20);
  }

  @Test
  void deliver_interruptedLetsGoOfEverything() throws Exception {
    WebhookDestination destination =
        destination(
            (connection, number) -> {
              connection.readRequest();
              connection.awaitClose();
            },
            "max-concurrent=3",
            "timeout=60s");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        Thread.startVirtualThread(() -> {
          try {
            destination.deliver(sessions(10));
          } catch (Throwable e) {
            thrown.set(e);
          }
        });
    await().until(() -> receiver.requests().size() == 3);

    caller.interrupt();
    caller.join();

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    await().until(() -> receiver.closedByClient() == 3);
    assertThat(receiver.connections()).as("none began after it").isEqualTo(3);
  }
}
