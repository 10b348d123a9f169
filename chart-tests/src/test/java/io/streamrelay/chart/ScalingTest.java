package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How many pods there are, and who says so. */
class ScalingTest {
  private final Release minimal = Chart.OURS.render(Chart.OURS.example("minimal"));
  private final Release scaled = Chart.OURS.render(Chart.OURS.example("sentinel-hpa"));
  private final Release prometheus = Chart.OURS.render(Chart.OURS.example("keda-prometheus"));
  private final Release redis = Chart.OURS.render(Chart.OURS.example("keda-redis"));

  static List<Path> examples() {
    return Chart.OURS.examples();
  }

  @Test
  void tiers_scaleApart() {
    Release release =
        Chart.OURS.render("minimal", "{gateway: {replicas: 3}, worker: {replicas: 7}}");

    assertThat(release.deployment("gateway").at("/spec/replicas").asInt()).isEqualTo(3);
    assertThat(release.deployment("worker").at("/spec/replicas").asInt()).isEqualTo(7);
    assertThat(release.deployment("gateway").at("/spec/selector"))
        .isNotEqualTo(release.deployment("worker").at("/spec/selector"));
    assertThat(release.all("HorizontalPodAutoscaler")).isEmpty();
  }

  @Test
  void scaledTier_hasNoNumberOfItsOwn() {
    assertThat(minimal.deployment("gateway").at("/spec").has("replicas")).isTrue();
    assertThat(scaled.deployment("gateway").at("/spec").has("replicas")).isFalse();
    assertThat(scaled.deployment("worker").at("/spec").has("replicas")).isFalse();
    assertThat(redis.deployment("worker").at("/spec").has("replicas")).isFalse();
    assertThat(redis.deployment("gateway").at("/spec").has("replicas")).isTrue();
  }

  @Test
  void gateways_scaleByCpuAndOpenStreams() {
    JsonNode metrics =
        scaled.one("HorizontalPodAutoscaler", "shop-stream-relay-gateway").at("/spec/metrics");

    assertThat(metrics.at("/0/resource/name").asText()).isEqualTo("cpu");
    assertThat(metrics.at("/1/pods/metric/name").asText()).isEqualTo("relay_streams_active");
    assertThat(metrics.at("/1/pods/target/averageValue").asText()).isEqualTo("8000");

    Release byCpu = Chart.OURS.render("minimal", "gateway: {autoscaling: {enabled: true}}");
    assertThat(byCpu.only("HorizontalPodAutoscaler").at("/spec/metrics")).hasSize(1);
  }

  @Test
  void workers_scaleByOurOwnMetrics() throws IOException {
    JsonNode byHpa =
        scaled.one("HorizontalPodAutoscaler", "shop-stream-relay-worker").at("/spec/metrics");
    JsonNode trigger = prometheus.only("ScaledObject").at("/spec/triggers/0");

    assertThat(byHpa.at("/0/pods/metric/name").asText()).isEqualTo("relay_slots_busy");
    assertThat(byHpa.at("/1/external/metric/name").asText()).isEqualTo("relay_waiting");
    assertThat(trigger.path("type").asText()).isEqualTo("prometheus");
    assertThat(trigger.at("/metadata/query").asText())
        .isEqualTo(
            "sum(max by (lane) (relay_waiting{namespace=\"relay\"})"
                + " + max by (lane) (relay_busy{namespace=\"relay\"}))");
    assertThat(trigger.at("/metadata/threshold").asText()).isEqualTo("48");
    String documented = Files.readString(Chart.REPOSITORY.resolve("docs/metrics.md"));
    assertThat(documented)
        .contains("`relay_waiting{lane}`", "`relay_busy{lane}`", "`relay_slots_busy`")
        .contains("`relay_streams_active{dialect}`");
  }

  @Test
  void workers_scaleByTheLengthOfTheJobStreams() {
    JsonNode triggers = redis.only("ScaledObject").at("/spec/triggers");

    assertThat(triggers.findValuesAsText("stream"))
        .containsExactly("jobs:interactive", "jobs:batch");
    assertThat(triggers.findValuesAsText("streamLength")).containsExactly("48", "48");
    JsonNode together = redis.only("ScaledObject").at("/spec/advanced/scalingModifiers");
    assertThat(together.path("formula").asText())
        .isEqualTo(triggers.at("/0/name").asText() + " + " + triggers.at("/1/name").asText());
    assertThat(together.path("target").asText()).isEqualTo("48");
    assertThat(triggers.at("/0/metadata/address").asText()).isEqualTo("redis.stores:6379");
    assertThat(triggers.at("/0/metadata/username").asText()).isEqualTo("relay-worker");
    assertThat(triggers.at("/0/authenticationRef/name").asText())
        .isEqualTo(Release.name(redis.only("TriggerAuthentication")));
    JsonNode password = redis.only("TriggerAuthentication").at("/spec/secretTargetRef/0");
    assertThat(password.path("name").asText()).isEqualTo("relay-redis");
    assertThat(password.path("key").asText()).isEqualTo("worker-password");
  }

  @Test
  void keda_isToldOfRedisAsOthersSeeIt() {
    Release bare = Chart.OURS.render("keda-redis", "redis: {url: 'rediss://valkey/3'}");
    JsonNode metadata = bare.only("ScaledObject").at("/spec/triggers/0/metadata");

    assertThat(metadata.path("address").asText()).isEqualTo("valkey.relay:6379");
    assertThat(metadata.path("databaseIndex").asText()).isEqualTo("3");
    assertThat(metadata.path("enableTLS").asText()).isEqualTo("true");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void workers_areNeverScaledByTwoNorByLag(Path values) {
    Release release = Chart.OURS.render(values);
    List<JsonNode> scalers =
        Stream.of("HorizontalPodAutoscaler", "ScaledObject")
            .flatMap(each -> release.all(each).stream())
            .toList();

    assertThat(scalers)
        .filteredOn(each -> each.at("/spec/scaleTargetRef/name").asText().endsWith("-worker"))
        .hasSizeLessThan(2);
    assertThat(scalers).noneMatch(each -> each.toString().toLowerCase().contains("lag"));
  }

  @Test
  void evictions_areBoundedInEachTier() {
    for (String tier : List.of("gateway", "worker")) {
      JsonNode budget = minimal.one("PodDisruptionBudget", "shop-stream-relay-" + tier);
      assertThat(budget.at("/spec/maxUnavailable").asInt()).isEqualTo(1);
      Labels.assertSelects(budget.at("/spec/selector/matchLabels"), minimal);
      assertThat(budget.at("/spec/selector/matchLabels/app.kubernetes.io~1component").asText())
          .isEqualTo(tier);
    }
    assertThat(Chart.OURS.render(Chart.OURS.example("bare")).all("PodDisruptionBudget")).isEmpty();
  }
}
