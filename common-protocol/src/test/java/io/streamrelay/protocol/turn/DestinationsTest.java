package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.property.PropertyException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Either tier learns from the same properties who is told of ends. */
class DestinationsTest {
  private static Set<String> names(boolean kafka, StandardEnvironment environment) {
    OutboxProperties outbox = new OutboxProperties(kafka, "relay.turns", "stream-relay");
    return new TurnConfiguration().destinations(outbox, environment).names();
  }

  private static StandardEnvironment with(Map<String, Object> properties) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
    return environment;
  }

  @Test
  void destinations_areNoneUnlessSomebodyAsks() {
    assertThat(names(false, with(Map.of("relay.webhooks", "")))).isEmpty();
  }

  @Test
  void destinations_areKafkaAndEachWebhook() {
    StandardEnvironment environment =
        with(
            Map.of(
                "relay.webhooks.crm.url", "https://crm.example/turns",
                "relay.webhooks.crm.secret-file", "/run/secrets/crm",
                "relay.webhooks.my-shop.url", "https://shop.example"));

    assertThat(names(true, environment))
        .containsExactlyInAnyOrder(
            Destinations.KAFKA, Destinations.webhook("crm"), Destinations.webhook("my-shop"));
  }

  @Test
  void destinations_mayBeNamedByTheEnvironment() {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                "test-systemEnvironment",
                Map.of("RELAY_WEBHOOKS_CRM_URL", "u", "RELAY_WEBHOOKS_CRM_SECRETFILE", "f")));

    assertThat(names(false, environment)).containsExactly("webhook:crm");
  }

  @Test
  void destinations_refuseAKeyThatIsNoWord() {
    assertThatThrownBy(() -> names(false, with(Map.of("relay.webhooks[a,b].url", "u"))))
        .isInstanceOf(PropertyException.class)
        .hasMessageContaining("'a,b' must be a plain word");
  }
}
