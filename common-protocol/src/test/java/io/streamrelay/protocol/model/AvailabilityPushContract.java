package io.streamrelay.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What every {@link AvailabilityPush} must do. */
public abstract class AvailabilityPushContract {
  protected abstract AvailabilityPush push();

  @Test
  void tell_reachesTheListenerWhole() {
    List<WorkerModels> before = new CopyOnWriteArrayList<>();
    List<WorkerModels> heard = new CopyOnWriteArrayList<>();
    push().hear(before::add);
    push().hear(heard::add);
    WorkerModels told =
        new WorkerModels(
            "w-" + UUID.randomUUID(),
            Map.of(
                "a", Availability.AVAILABLE,
                "b", Availability.DEGRADED,
                "c", Availability.UNAVAILABLE),
            Map.of("a", List.of("p", "q")),
            Map.of("p", new WorkerModels.Provider("openai-chat", Availability.DEGRADED)));

    await()
        .atMost(Duration.ofSeconds(8))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> {
          push().tell(told);
          return heard.contains(told);
        });

    assertThat(heard).containsOnly(told);
    assertThat(before).as("a later listener takes its place").isEmpty();
  }

  @Test
  void tell_thatAWorkerLeavesNamesNoModel() {
    List<WorkerModels> heard = new CopyOnWriteArrayList<>();
    push().hear(heard::add);
    WorkerModels leaving = WorkerModels.leaving("w-" + UUID.randomUUID());

    await()
        .atMost(Duration.ofSeconds(8))
        .until(() -> {
          push().tell(leaving);
          return heard.contains(leaving);
        });
  }
}
