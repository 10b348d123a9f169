package io.streamrelay.gateway.dialect.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.util.unit.DataSize;

final class WebSocketPropertiesTest {
  @Test
  void defaults_areThoseOfTheDocument() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new WebSocketProperties(
                DataSize.ofKilobytes(64),
                50,
                200,
                Duration.ofSeconds(10),
                64,
                1000,
                10_000,
                32_768,
                Duration.ofSeconds(10),
                Duration.ofSeconds(15),
                Duration.ofSeconds(15)));
  }

  @Test
  void everyKey_isBound() {
    assertThat(
            bind(
                Map.ofEntries(
                    Map.entry("max-frame", "1KB"),
                    Map.entry("frames-per-second", "2"),
                    Map.entry("frame-burst", "3"),
                    Map.entry("message-timeout", "4s"),
                    Map.entry("subscriptions", "5"),
                    Map.entry("per-caller", "6"),
                    Map.entry("per-gateway", "7"),
                    Map.entry("max-pending", "8"),
                    Map.entry("write-timeout", "9s"),
                    Map.entry("ping", "10s"),
                    Map.entry("pong-timeout", "11s"))))
        .isEqualTo(
            new WebSocketProperties(
                DataSize.ofKilobytes(1),
                2,
                3,
                Duration.ofSeconds(4),
                5,
                6,
                7,
                8,
                Duration.ofSeconds(9),
                Duration.ofSeconds(10),
                Duration.ofSeconds(11)));
  }

  @ParameterizedTest
  @CsvSource({
    "max-frame, 124B, must be 125B to 16MB",
    "max-frame, 17MB, must be 125B to 16MB",
    "frames-per-second, 0, must be 1 to 100000",
    "frame-burst, 100001, must be 1 to 100000",
    "message-timeout, 0s, must be at least 1ms",
    "subscriptions, 0, must be 1 to 10000",
    "per-caller, 0, must be 1 to 1000000",
    "per-gateway, 1000001, must be 1 to 1000000",
    "max-pending, 0, must be at least 1",
    "write-timeout, 0s, must be at least 1ms",
    "ping, 0s, must be at least 1ms",
    "pong-timeout, 0s, must be at least 1ms"
  })
  void nonsense_isRefused(String key, String value, String why) {
    assertThatThrownBy(() -> bind(Map.of(key, value)))
        .hasRootCauseMessage("property 'relay.gateway.websocket." + key + "': " + why);
  }

  private static WebSocketProperties bind(Map<String, String> values) {
    MapConfigurationPropertySource source = new MapConfigurationPropertySource();
    values.forEach((key, value) -> source.put("relay.gateway.websocket." + key, value));
    return new Binder(List.of(source), null, ApplicationConversionService.getSharedInstance())
        .bindOrCreate("relay.gateway.websocket", WebSocketProperties.class);
  }
}
