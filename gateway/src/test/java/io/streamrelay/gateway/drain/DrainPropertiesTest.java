package io.streamrelay.gateway.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class DrainPropertiesTest {
  @Test
  void defaults_leaveRoomWithinFifteenSeconds() {
    DrainProperties defaults = bind(Map.of());

    assertThat(defaults)
        .isEqualTo(
            new DrainProperties(
                Duration.ofSeconds(5), Duration.ofSeconds(4), Duration.ofSeconds(2)));
  }

  @Test
  void everyKey_isBound() {
    assertThat(
            bind(
                Map.of(
                    "relay.gateway.drain.notice", "1s",
                    "relay.gateway.drain.spread", "2s",
                    "relay.gateway.drain.rest", "3s")))
        .isEqualTo(
            new DrainProperties(
                Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3)));
  }

  private static DrainProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("relay.gateway.drain", DrainProperties.class);
  }
}
