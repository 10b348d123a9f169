package io.streamrelay.protocol.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every {@link WorkerPush} must do. */
public abstract class WorkerPushContract {
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  protected abstract WorkerPush push();

  private static String name() {
    return "w-" + UUID.randomUUID();
  }

  @Test
  void report_reachesTheListenerWhole() {
    List<WorkerReport> before = new CopyOnWriteArrayList<>();
    List<WorkerReport> heard = new CopyOnWriteArrayList<>();
    push().hear(before::add);
    push().hear(heard::add);
    WorkerReport told =
        new WorkerReport(
            name(), WorkerState.DRAINING, 64, 2, Map.of("turn-1", 0L, "turn-2", 9_000_000_000L));

    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> {
          push().report(told);
          return heard.contains(told);
        });

    assertThat(heard).containsOnly(told);
    assertThat(before).as("a later listener takes its place").isEmpty();
  }

  @Test
  void drain_isHeardByThatWorkerOnly() {
    String worker = name();
    AtomicInteger heard = new AtomicInteger();
    AtomicInteger others = new AtomicInteger();
    push().onDrain(worker, heard::incrementAndGet);
    push().onDrain(name(), others::incrementAndGet);

    await()
        .atMost(PATIENCE)
        .until(() -> {
          push().drain(worker);
          return heard.get() > 0;
        });

    assertThat(others).hasValue(0);
  }

  @Test
  void drain_ofNobodyTellsNobodyAndIsNoFault() {
    AtomicInteger heard = new AtomicInteger();
    push().onDrain(name(), heard::incrementAndGet);

    push().drain(name());

    assertThat(heard).hasValue(0);
  }

  @Test
  void drain_refusesWhatIsNoName() {
    for (String bad : List.of("", "_models", "a:b", "a b", "x*", "a".repeat(129))) {
      assertThatThrownBy(() -> push().drain(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
