package io.streamrelay.protocol.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StoreWatchTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private double reachable() {
    return registry.get("relay.store.reachable").gauge().value();
  }

  @Test
  void gauge_followsTheStoreBothWays() throws Exception {
    AtomicBoolean away = new AtomicBoolean();
    Runnable look =
        () -> {
          if (away.get()) {
            throw new StoreUnavailableException("away");
          }
        };
    try (StoreWatch watch = new StoreWatch("store", look, registry, Duration.ofMillis(5))) {
      assertThat(reachable()).isZero();

      watch.start();
      await().atMost(Duration.ofSeconds(10)).until(() -> reachable() == 1);
      away.set(true);
      await().atMost(Duration.ofSeconds(10)).until(() -> reachable() == 0);
      away.set(false);
      await().atMost(Duration.ofSeconds(10)).until(() -> reachable() == 1);
    }
  }
}
