package io.streamrelay.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.model.Availability;
import io.streamrelay.protocol.model.WorkerModels;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HeardModelsTest {
  private long now;
  private final HeardModels heard = new HeardModels(() -> now);

  @Test
  void of_isUnknownWhenNothingWasHeardForLong() {
    heard.hear(new WorkerModels("w", Map.of("a", Availability.AVAILABLE)));
    now += HeardModels.BELIEVED.toNanos();
    assertThat(heard.of("a")).isEqualTo(Availability.AVAILABLE);
    assertThat(heard.of("b")).isEqualTo(Availability.UNKNOWN);

    now++;

    assertThat(heard.of("a")).isEqualTo(Availability.UNKNOWN);
  }

  @Test
  void hear_keepsABoundedNumberOfWorkers() {
    for (int i = 0; i < 1_000; i++) {
      heard.hear(new WorkerModels("w" + i, Map.of("a", Availability.UNAVAILABLE)));
    }

    heard.hear(new WorkerModels("one too many", Map.of("a", Availability.AVAILABLE)));
    assertThat(heard.of("a")).isEqualTo(Availability.UNAVAILABLE);

    heard.hear(new WorkerModels("w7", Map.of("a", Availability.AVAILABLE)));
    assertThat(heard.of("a")).isEqualTo(Availability.AVAILABLE);
  }
}
