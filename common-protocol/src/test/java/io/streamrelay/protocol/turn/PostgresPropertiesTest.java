package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class PostgresPropertiesTest {
  @Test
  void properties_haveTheseDefaults() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new PostgresProperties(
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10)));
  }

  @Test
  void properties_areReadByTheseKeys() {
    Map<String, String> keys =
        Map.of(
            "relay.postgres.pool-wait", "300ms",
            "relay.postgres.queue-wait", "7s",
            "relay.postgres.statement-timeout", "1500ms",
            "relay.postgres.lock-timeout", "100ms",
            "relay.postgres.socket-timeout", "4s",
            "relay.postgres.idle-in-transaction-timeout", "20s");

    assertThat(bind(keys))
        .isEqualTo(
            new PostgresProperties(
                Duration.ofMillis(300),
                Duration.ofSeconds(7),
                Duration.ofMillis(1500),
                Duration.ofMillis(100),
                Duration.ofSeconds(4),
                Duration.ofSeconds(20)));
  }

  @Test
  void properties_thatContradictOneAnotherAreRefusedByName() {
    assertRefused("pool-wait", "100ms");
    assertRefused("queue-wait", "1s");
    assertRefused("lock-timeout", "3s");
    assertRefused("socket-timeout", "3s");
  }

  private static void assertRefused(String key, String value) {
    assertThatThrownBy(() -> bind(Map.of("relay.postgres." + key, value)))
        .hasRootCauseInstanceOf(PropertyException.class)
        .rootCause()
        .hasMessageContaining("relay.postgres." + key);
  }

  private static PostgresProperties bind(Map<String, String> keys) {
    return new Binder(new MapConfigurationPropertySource(keys))
        .bindOrCreate("relay.postgres", PostgresProperties.class);
  }
}
