package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What processes are told, and where their secrets are. */
class ConfigurationTest {
  private final Release minimal = Chart.OURS.render(Chart.OURS.example("minimal"));
  private final Release full = Chart.OURS.render("full", "fullnameOverride: ''");

  static List<Path> examples() {
    return Chart.OURS.examples();
  }

  @Test
  void configuration_thatChangesReplacesThePodsOfItsTier() {
    Release changed =
        Chart.OURS.render("minimal", "gateway: {config: {relay: {gateway: {max-body: 1MB}}}}");

    assertThat(checksum(changed, "gateway")).isNotEqualTo(checksum(minimal, "gateway")).hasSize(64);
    assertThat(checksum(changed, "worker")).isEqualTo(checksum(minimal, "worker")).hasSize(64);
    assertThat(changed.config("gateway").at("/relay/gateway/max-body").asText()).isEqualTo("1MB");
    assertThat(changed.config("gateway").at("/relay/gateway/drain/notice").asText())
        .isEqualTo("5s");
  }

  private static String checksum(Release release, String tier) {
    return release
        .deployment(tier)
        .at("/spec/template/metadata/annotations")
        .path("checksum/config")
        .asText();
  }

  @Test
  void numbers_stayWhole() {
    Release release =
        Chart.OURS.render("minimal", "config: {relay: {providers: {own: {max-answer: 67108864}}}}");

    assertThat(
            release
                .one("ConfigMap", "shop-stream-relay-worker")
                .at("/data/application.yaml")
                .asText())
        .contains("max-answer: 67108864");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void secrets_areFilesOfSecretsThatExist(Path values) {
    Release release = Chart.OURS.render(values);

    assertThat(release.all("Secret")).isEmpty();
    for (JsonNode pod : release.podSpecs()) {
      for (JsonNode container : pod.path("containers")) {
        assertThat(container.has("envFrom")).isFalse();
        assertThat(container.path("env")).noneMatch(each -> each.has("valueFrom"));
        assertThat(container.path("volumeMounts")).noneMatch(each -> each.has("subPath"));
      }
    }
  }

  @Test
  void secretProperties_areFilesNamedAsTheyAre() {
    assertThat(properties(full, "gateway"))
        .containsExactly(
            "relay-app/username=spring.datasource.username",
            "relay-app/password=spring.datasource.password",
            "relay-redis/gateway-password=spring.data.redis.password",
            "relay-keys/pepper=relay.keys.pepper",
            "collector/*");
    assertThat(properties(full, "worker"))
        .containsExactly(
            "relay-app/username=spring.datasource.username",
            "relay-app/password=spring.datasource.password",
            "relay-redis/worker-password=spring.data.redis.password",
            "relay-kafka/*");
    assertThat(full.config("worker").at("/spring/config/import").asText())
        .isEqualTo("optional:configtree:/run/secrets/stream-relay/");
    assertThat(mount(full, "worker", "secrets")).isEqualTo("/run/secrets/stream-relay");
    assertThat(mount(full, "worker", "config")).isEqualTo("/app/config");
  }

  private static List<String> properties(Release release, String tier) {
    List<String> found = new ArrayList<>();
    for (JsonNode source : volume(release, tier, "secrets").at("/projected/sources")) {
      String name = source.at("/secret/name").asText();
      if (!source.at("/secret").has("items")) {
        found.add(name + "/*");
      }
      for (JsonNode item : source.at("/secret/items")) {
        found.add(name + "/" + item.path("key").asText() + "=" + item.path("path").asText());
      }
    }
    return found;
  }

  private static JsonNode volume(Release release, String tier, String name) {
    for (JsonNode volume : release.pod(tier).path("volumes")) {
      if (volume.path("name").asText().equals(name)) {
        return volume;
      }
    }
    throw new AssertionError("no volume " + name);
  }

  private static String mount(Release release, String tier, String name) {
    for (JsonNode mount : release.pod(tier).at("/containers/0/volumeMounts")) {
      if (mount.path("name").asText().equals(name)) {
        return mount.path("mountPath").asText();
      }
    }
    return "";
  }

  @Test
  void providersKeysAndWebhooks_areTheWorkersOnly() {
    assertThat(mount(full, "worker", "provider-keys")).isEqualTo("/run/secrets/providers");
    assertThat(mount(full, "gateway", "provider-keys")).isEmpty();
    assertThat(mount(full, "worker", "webhooks")).isEqualTo("/run/secrets/webhooks");
    assertThat(full.config("worker").at("/relay/webhooks/billing/secret-file").asText())
        .isEqualTo("/run/secrets/webhooks/billing");
    assertThat(
            volume(full, "worker", "webhooks")
                .at("/projected/sources/0/secret/items/0/path")
                .asText())
        .isEqualTo("billing");
    assertThat(volume(full, "worker", "webhooks").at("/projected/sources/1/secret").toString())
        .contains("\"optional\":true", "billing.previous");
    assertThat(mount(full, "gateway", "webhooks")).isEmpty();
    for (String tier : List.of("gateway", "worker")) { // both end turns
      assertThat(full.config(tier).at("/relay/webhooks").has("billing")).isTrue();
      assertThat(full.config(tier).at("/relay/outbox/enabled").asBoolean()).isTrue();
    }
    assertThat(full.config("gateway").path("spring").has("kafka")).isFalse();
    assertThat(full.config("worker").at("/relay/outbox/topic").asText()).isEqualTo("relay.turns");
    assertThat(full.config("worker").at("/spring/kafka/security/protocol").asText())
        .isEqualTo("SASL_SSL");
  }

  @Test
  void redis_isNamedInItsThreeWays() {
    JsonNode url = full.config("gateway").at("/spring/data/redis");
    assertThat(url.toString())
        .isEqualTo(
            """
            {"database":2,"host":"redis.stores","port":6380,"ssl":{"bundle":"redis","enabled":true},\
            "username":"relay-gateway"}\
            """);
    assertThat(full.config("worker").at("/spring/data/redis/username").asText())
        .isEqualTo("relay-worker");

    JsonNode sentinel = config("sentinel-hpa");
    assertThat(sentinel.at("/sentinel/master").asText()).isEqualTo("relay");
    assertThat(sentinel.at("/sentinel/nodes")).hasSize(2);
    assertThat(sentinel.has("host")).isFalse();

    JsonNode cluster = config("cluster");
    assertThat(cluster.at("/cluster/nodes")).hasSize(2);
    assertThat(cluster.at("/ssl/enabled").asBoolean()).isTrue();
  }

  private static JsonNode config(String example) {
    return Chart.OURS.render(Chart.OURS.example(example)).config("worker").at("/spring/data/redis");
  }
}
