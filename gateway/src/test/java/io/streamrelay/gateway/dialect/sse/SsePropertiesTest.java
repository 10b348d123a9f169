package io.streamrelay.gateway.dialect.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class SsePropertiesTest {
  @Test
  void defaults_areThoseOfTheProtocol() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new SseProperties(
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                16384,
                65536));
  }

  @Test
  void everyKey_isBound() {
    assertThat(
            bind(
                Map.of(
                    "relay.gateway.sse.ping", "1s",
                    "relay.gateway.sse.write-timeout", "2s",
                    "relay.gateway.sse.retry-least", "3s",
                    "relay.gateway.sse.retry-most", "4s",
                    "relay.gateway.sse.max-pending", "5",
                    "relay.gateway.sse.send-buffer", "6")))
        .isEqualTo(
            new SseProperties(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                5,
                6));
  }

  @Test
  void nonsense_isRefused() {
    assertThatThrownBy(() -> bind(Map.of("relay.gateway.sse.ping", "0s")))
        .hasRootCauseMessage("property 'relay.gateway.sse.ping': must be at least 1ms");
    assertThatThrownBy(() -> bind(Map.of("relay.gateway.sse.retry-most", "10ms")))
        .hasRootCauseMessage(
            "property 'relay.gateway.sse.retry-most':"
                + " must be at least relay.gateway.sse.retry-least");
  }

  private static SseProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("relay.gateway.sse", SseProperties.class);
  }
}
