package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nobody reaches a pod, and none reaches anybody, but as is said. */
class NetworkTest {
  private final Release minimal = Chart.OURS.render(Chart.OURS.example("minimal"));
  private final Release full = Chart.OURS.render("full", "fullnameOverride: ''");
  private final Release demo = Chart.OURS.render(Chart.OURS.example("demo"));

  static List<Path> withPolicies() {
    return Chart.OURS.examples().stream()
        .filter(each -> !each.endsWith("bare-values.yaml"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("withPolicies")
  void allPods_areClosedBothWays(Path values) {
    Release release = Chart.OURS.render(values);
    JsonNode deny =
        release.all("NetworkPolicy").stream()
            .filter(each -> Release.name(each).endsWith("-deny"))
            .findFirst()
            .orElseThrow();

    assertThat(deny.at("/spec").has("ingress") || deny.at("/spec").has("egress")).isFalse();
    assertThat(deny.at("/spec/policyTypes")).hasToString("[\"Ingress\",\"Egress\"]");
    for (JsonNode manifest : release.manifests()) {
      JsonNode template =
          manifest.path("kind").asText().equals("Pod") ? manifest : manifest.at("/spec/template");
      if (template.has("spec")) {
        assertThat(
                Labels.has(
                    template.at("/metadata/labels"), deny.at("/spec/podSelector/matchLabels")))
            .as("%s is among them", Release.name(manifest))
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("withPolicies")
  void rules_nameTheirPortsAndArePodsOfOurs(Path values) {
    Release release = Chart.OURS.render(values);
    for (JsonNode policy : release.all("NetworkPolicy")) {
      Labels.assertSelects(policy.at("/spec/podSelector/matchLabels"), release);
      assertThat(policy.at("/spec/policyTypes")).hasSize(2);
      for (String way : List.of("ingress", "egress")) {
        for (JsonNode rule : policy.path("spec").path(way)) {
          assertThat(rule.path("ports")).as("%s of %s", way, Release.name(policy)).isNotEmpty();
        }
      }
    }
  }

  @Test
  void gateway_isReachedAtItsPortAndByPrometheus() {
    JsonNode ingress = policy(minimal, "gateway").path("ingress");

    assertThat(ingress).hasSize(2);
    assertThat(ingress.at("/0/ports/0/port").asText()).isEqualTo("http");
    assertThat(ingress.at("/1/ports/0/port").asText()).isEqualTo("management");
    assertThat(ingress.at("/1/from")).hasSize(1);
    assertThat(ingress.at("/1/from").toString()).contains("\"monitoring\"");
    assertThat(policy(full, "gateway").at("/ingress/0/from").toString())
        .contains("\"ingress\"", "\"test\"");
  }

  @Test
  void worker_isReachedByPrometheusOnly() {
    JsonNode ingress = policy(minimal, "worker").path("ingress");
    assertThat(ports(ingress)).containsExactly("management");
    assertThat(ingress.at("/0/from/0/namespaceSelector").toString()).contains("\"monitoring\"");
    Release unseen = Chart.OURS.render("minimal", "networkPolicy: {prometheusFrom: []}");
    assertThat(policy(unseen, "worker").path("ingress")).isEmpty();
  }

  @Test
  void tiers_reachWhatTheyNeed() {
    assertThat(ports(policy(minimal, "gateway").path("egress")))
        .containsExactly("53", "5432", "6379");
    assertThat(ports(policy(minimal, "worker").path("egress")))
        .containsExactly("443", "53", "5432", "6379");
    assertThat(ports(policy(full, "worker").path("egress")))
        .containsExactly("4318", "443", "53", "5433", "6380", "9093");
    assertThat(ports(policy(full, "gateway").path("egress")))
        .containsExactly("4318", "53", "5433", "6380");
    assertThat(ports(policy(minimal, "migrate").path("egress"))).containsExactly("53", "5432");
    Release sentinel = Chart.OURS.render(Chart.OURS.example("sentinel-hpa"));
    assertThat(ports(policy(sentinel, "worker").path("egress"))).contains("26379", "6379");
  }

  @Test
  void providers_arePublicUnlessSaidOtherwise() {
    JsonNode egress = policy(minimal, "worker").path("egress");
    JsonNode providers = null;
    for (JsonNode rule : egress) {
      providers = rule.at("/ports/0/port").asInt() == 443 ? rule : providers;
    }

    assertThat(providers.at("/to/0/ipBlock/except").toString())
        .contains("169.254.0.0/16", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16");
    assertThat(policy(minimal, "gateway").path("egress").toString()).doesNotContain("443");
  }

  @Test
  void demosStores_areReachedByOurPodsOnly() {
    for (String store : List.of("demo-redis", "demo-postgresql")) {
      JsonNode policy = policy(demo, store);
      assertThat(policy.has("egress")).isFalse();
      assertThat(policy.at("/ingress/0/from")).hasSize(1);
      assertThat(policy.at("/ingress/0/from/0").has("namespaceSelector")).isFalse();
      assertThat(
              policy
                  .at("/ingress/0/from/0/podSelector/matchLabels/app.kubernetes.io~1instance")
                  .asText())
          .isEqualTo("shop");
    }
    assertThat(policy(demo, "gateway").path("egress").toString())
        .contains("demo-redis", "demo-postgresql");
  }

  private static JsonNode policy(Release release, String component) {
    return release.one("NetworkPolicy", "shop-stream-relay-" + component).path("spec");
  }

  private static List<String> ports(JsonNode rules) {
    TreeSet<String> ports = new TreeSet<>();
    rules.forEach(
        rule -> rule.path("ports").forEach(each -> ports.add(each.path("port").asText())));
    return List.copyOf(ports);
  }
}
