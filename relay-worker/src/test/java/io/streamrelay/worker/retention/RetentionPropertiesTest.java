package io.streamrelay.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RetentionPropertiesTest {
  private static RetentionProperties bound(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("relay.retention", RetentionProperties.class);
  }

  @Test
  void defaults_keepSessionsForEver() {
    assertThat(bound(Map.of()))
        .isEqualTo(
            new RetentionProperties(null, Duration.ofMinutes(10), Duration.ofSeconds(10), 100));
  }

  @Test
  void everyKey_isTaken() {
    Map<String, String> values =
        Map.of(
            "relay.retention.sessions", "90d",
            "relay.retention.unstored", "2h",
            "relay.retention.every", "1m",
            "relay.retention.batch", "7");

    assertThat(bound(values))
        .isEqualTo(
            new RetentionProperties(
                Duration.ofDays(90), Duration.ofHours(2), Duration.ofMinutes(1), 7));
  }

  @ParameterizedTest
  @CsvSource({
    "sessions,59m",
    "sessions,-1d",
    "sessions,0s",
    "sessions,36501d",
    "unstored,999ms",
    "unstored,25h",
    "every,99ms",
    "every,61m",
    "every,-1s",
    "batch,0",
    "batch,1001"
  })
  void wrongValue_isNamedWithWhatIsAllowed(String key, String value) {
    assertThatThrownBy(() -> bound(Map.of("relay.retention." + key, value)))
        .isInstanceOf(BindException.class)
        .hasRootCauseInstanceOf(PropertyException.class)
        .rootCause()
        .hasMessageContaining("relay.retention." + key)
        .hasMessageContaining("must be");
  }
}
