package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Prometheus finds both tiers. */
class ObservationTest {
  @Test
  void serviceMonitor_findsTheManagementServicesOfBothTiers() {
    Release release = Chart.OURS.render(Chart.OURS.example("observed"));
    JsonNode spec = release.only("ServiceMonitor").path("spec");

    List<String> found =
        release.all("Service").stream()
            .filter(
                each -> Labels.has(each.at("/metadata/labels"), spec.at("/selector/matchLabels")))
            .map(Release::name)
            .toList();
    assertThat(found)
        .containsExactlyInAnyOrder(
            "shop-stream-relay-gateway-management", "shop-stream-relay-worker-management");
    assertThat(spec.at("/endpoints/0/port").asText()).isEqualTo("management");
    assertThat(spec.at("/endpoints/0/path").asText()).isEqualTo("/actuator/prometheus");
    assertThat(release.all("PodMonitor")).isEmpty();
  }

  @Test
  void podMonitor_findsThePodsOfBothTiers() {
    Release release = Chart.OURS.render(Chart.OURS.example("podmonitor"));
    JsonNode spec = release.only("PodMonitor").path("spec");

    Labels.assertSelects(spec.at("/selector/matchLabels"), release);
    assertThat(spec.at("/selector/matchExpressions/0/values"))
        .hasToString("[\"gateway\",\"worker\"]");
    assertThat(spec.at("/podMetricsEndpoints/0/interval").asText()).isEqualTo("30s");
    assertThat(release.all("ServiceMonitor")).isEmpty();
  }

  @Test
  void nothing_isInstalledUnlessAsked() {
    Release release = Chart.OURS.render(Chart.OURS.example("minimal"));

    for (String kind : List.of("ServiceMonitor", "PodMonitor", "PrometheusRule")) {
      assertThat(release.all(kind)).isEmpty();
    }
    assertThat(release.all("ConfigMap"))
        .noneMatch(each -> Release.name(each).contains("dashboard"));
  }
}
