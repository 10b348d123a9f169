package io.streamrelay.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.gateway.tail.HubBounds;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class TailPropertiesTest {
  @Test
  void defaults_areTheHubs() {
    TailProperties properties = bind(Map.of());

    assertThat(properties.bounds()).isEqualTo(HubBounds.DEFAULTS);
    assertThat(properties.threads()).isEqualTo(16);
  }

  @Test
  void everyKey_isBound() {
    TailProperties properties =
        bind(
            Map.of(
                "buffer-entries", "1",
                "buffer-chars", "2",
                "page-entries", "3",
                "quiet", "4s",
                "tick", "5s",
                "linger", "6s",
                "retry-first", "7ms",
                "retry-most", "8ms",
                "threads", "9"));

    assertThat(properties)
        .isEqualTo(
            new TailProperties(
                1,
                2,
                3,
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                Duration.ofSeconds(6),
                Duration.ofMillis(7),
                Duration.ofMillis(8),
                9));
  }

  @Test
  void zero_isRefused() {
    assertThatThrownBy(() -> bind(Map.of("threads", "0")))
        .hasRootCauseMessage("property 'relay.gateway.tail.threads': must be at least 1");
    assertThatThrownBy(() -> bind(Map.of("buffer-entries", "0")))
        .hasRootCauseMessage("property 'relay.gateway.tail.buffer-entries': must be at least 1");
  }

  private static TailProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(prefixed(values)))
        .bindOrCreate("relay.gateway.tail", TailProperties.class);
  }

  private static Map<String, String> prefixed(Map<String, String> values) {
    return values.entrySet().stream()
        .collect(
            java.util.stream.Collectors.toMap(
                each -> "relay.gateway.tail." + each.getKey(), Map.Entry::getValue));
  }
}
