package io.streamrelay.worker.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.worker.outbox.Destination;
import io.streamrelay.worker.provider.Reach.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Every property, its default, and what ends the start. */
final class WebhookConfigurationTest {
  private static final String URL = "relay.webhooks.x.url=https://hooks.example/relay";
  private static final String SECRET = "relay.webhooks.x.secret=" + WebhookScene.SECRET;

  private final ApplicationContextRunner worker =
      new ApplicationContextRunner()
          .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
          .withUserConfiguration(WebhookConfiguration.class);

  @Test
  void webhooks_haveDefaults() {
    WebhookProperties.Entry entry = WebhookScene.properties();

    assertThat(entry.url()).isNull();
    assertThat(entry.network()).isEqualTo(Network.ANY);
    assertThat(entry.plainHttp()).isFalse();
    assertThat(entry.secretFile()).isNull();
    assertThat(entry.previousSecret()).isNull();
    assertThat(entry.previousSecretFile()).isNull();
    assertThat(entry.events()).containsExactlyInAnyOrder("ended", "failed", "cancelled");
    assertThat(entry.timeout()).isEqualTo(Duration.ofSeconds(15));
    assertThat(entry.giveUpAfter()).isEqualTo(Duration.ofDays(3));
    assertThat(entry.maxConcurrent()).isEqualTo(16);
  }

  @Test
  void webhooks_readEveryProperty() {
    Webhook webhook =
        Webhook.of(
            "x",
            WebhookScene.properties(
                "url=https://hooks.example:8443/relay",
                "network=public",
                "plain-http=true",
                "events=failed",
                "timeout=2s",
                "give-up-after=4h",
                "max-concurrent=5"));

    assertThat(webhook.url()).hasToString("https://hooks.example:8443/relay");
    assertThat(webhook.reach().network()).isEqualTo(Network.PUBLIC);
    assertThat(webhook.reach().plainHttp()).isTrue();
    assertThat(webhook.reach().https()).isTrue();
    assertThat(webhook.events()).isEqualTo(Set.of("failed"));
    assertThat(webhook.timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(webhook.giveUpAfter()).isEqualTo(Duration.ofHours(4));
    assertThat(webhook.maxConcurrent()).isEqualTo(5);
  }

  @Test
  void webhooks_noneNeedsNothing() {
    worker.run(context -> {
      assertThat(context.getBeansOfType(Destination.class)).isEmpty();
      assertThat(context.getBean(HealthIndicator.class).health().getStatus()).isEqualTo(Status.UP);
    });
  }

  @Test
  void webhooks_areAliveWhileTheyAreRead() {
    worker
        .withPropertyValues(URL, SECRET)
        .run(context -> {
          HealthIndicator health = context.getBean(HealthIndicator.class);
          assertThat(health.health().getStatus()).isEqualTo(Status.UP);

          context.getBean(Webhooks.class).close();

          assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
        });
  }

  @Test
  void webhooks_beyondTheFirstTenShareTheirSeries() {
    List<String> settings = new ArrayList<>();
    for (int i = 10; i < 30; i++) {
      settings.add("relay.webhooks.w" + i + ".url=https://hooks.example/relay");
      settings.add("relay.webhooks.w" + i + ".secret=" + WebhookScene.SECRET);
    }
    worker
        .withPropertyValues(settings.toArray(String[]::new))
        .run(context -> {
          assertThat(context.getBeansOfType(Destination.class).values())
              .hasSize(20)
              .extracting(Destination::name)
              .contains("webhook:w10", "webhook:w29");
          assertThat(
                  context.getBean(MeterRegistry.class).getMeters().stream()
                      .map(meter -> meter.getId().getTag("webhook"))
                      .collect(Collectors.toSet()))
              .hasSize(11)
              .contains("w10", "w19", "other");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "url= | url | is missing",
        "url=hooks.example/relay | url | must be http(s)://host[:port][/path]",
        "url=https://u:canary@hooks.example | url | without user, query or fragment",
        "url=https://hooks.example/?key=canary | url | without user, query or fragment",
        "url=ftp://hooks.example | url | must be http(s)://",
        "url=http://2130706433/ | url | must give an address in its usual form",
        "url=http://169.254.169.254/ | url | its server is at a link-local address",
        "url=http://8.8.8.8/ | url | is http://, and its server is at a public address",
        "network=public | url | must be https:// where relay.webhooks.x.network is public",
        "secret= | secret | is missing, nor is there relay.webhooks.x.secret-file",
        "events= | events | must be some of cancelled, ended, failed",
        "events=ended,begun | events | must be some of cancelled, ended, failed",
        "timeout=0ms | timeout | must be 1ms to 60s",
        "timeout=61s | timeout | must be 1ms to 60s",
        "give-up-after=-1s | give-up-after | must be at least 0s",
        "max-concurrent=0 | max-concurrent | must be 1 to 1000",
        "max-concurrent=1001 | max-concurrent | must be 1 to 1000"
      })
  void start_endsWithTheNameOfWhatIsWrong(String setting, String property, String problem) {
    worker
        .withPropertyValues(
            "relay.webhooks.x.url=http://127.0.0.1/", SECRET, "relay.webhooks.x." + setting)
        .run(context ->
            assertThat(context.getStartupFailure())
                .rootCause()
                .isInstanceOfSatisfying(
                    PropertyException.class,
                    failure ->
                        assertThat(failure.property()).isEqualTo("relay.webhooks.x." + property))
                .hasMessageContaining(problem)
                .hasMessageNotContaining("canary"));
  }

  @Test
  void start_endsWithAKeyThatIsNone() {
    worker
        .withPropertyValues("relay.webhooks[A.b].url=https://hooks.example")
        .run(context ->
            assertThat(context.getStartupFailure())
                .rootCause()
                .hasMessageContaining("a key is a plain word of a-z, 0-9 and '-'"));
  }
}
