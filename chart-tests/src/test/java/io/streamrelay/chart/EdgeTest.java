package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How readers come in: an answer gets through as it grows, operators' routes don't. */
class EdgeTest {
  private static Release example(String name) {
    return Chart.OURS.render(Chart.OURS.example(name));
  }

  @Test
  void nothing_letsReadersInUnlessAsked() {
    Release minimal = example("minimal");

    for (String kind : List.of("HTTPRoute", "Ingress", "VirtualService", "BackendConfig")) {
      assertThat(minimal.all(kind)).isEmpty();
    }
    assertThat(minimal.one("Service", "shop-stream-relay-gateway").at("/spec/type").asText())
        .isEqualTo("ClusterIP");
  }

  @Test
  void httpRoute_letsAnAnswerLast() {
    JsonNode spec = example("httproute").only("HTTPRoute").path("spec");

    assertThat(spec.at("/parentRefs/0/name").asText()).isEqualTo("public");
    assertThat(spec.path("hostnames")).hasToString("[\"relay.example.org\"]");
    assertThat(spec.at("/rules/0/timeouts/request").asText()).isEqualTo("3600s");
    assertThat(spec.at("/rules/0/backendRefs/0/name").asText())
        .isEqualTo("shop-stream-relay-gateway");
    assertThat(spec.findValuesAsText("value"))
        .containsExactly("/api", "/v1", "/ws", "/openapi.json");
  }

  @Test
  void httpRouteOfGke_hasItsPoliciesInPlaceOfTimeouts() {
    Release release = example("httproute-gke");

    assertThat(release.only("HTTPRoute").at("/spec/rules/0").has("timeouts")).isFalse();
    assertThat(release.only("GCPBackendPolicy").at("/spec/default/timeoutSec").asInt())
        .isEqualTo(3600);
    assertThat(
            release
                .only("HealthCheckPolicy")
                .at("/spec/default/config/httpHealthCheck/requestPath")
                .asText())
        .isEqualTo("/favicon.svg");
    for (String kind : List.of("GCPBackendPolicy", "HealthCheckPolicy")) {
      assertThat(release.only(kind).at("/spec/targetRef/name").asText())
          .isEqualTo("shop-stream-relay-gateway");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nginx", "haproxy", "alb", "gke"})
  void ingress_leavesOperatorsRoutesOut(String controller) {
    JsonNode spec = example("ingress-" + controller).only("Ingress").path("spec");

    assertThat(spec.findValuesAsText("path"))
        .containsExactly("/api", "/v1", "/ws", "/openapi.json");
    assertThat(spec.at("/tls/0/secretName").asText()).isEqualTo("relay-tls");
    assertThat(spec.at("/rules/0/host").asText()).isEqualTo("relay.example.org");
  }

  @Test
  void ingress_buffersNothing() {
    assertThat(annotation("nginx", "nginx.ingress.kubernetes.io/proxy-buffering")).isEqualTo("off");
    assertThat(annotation("nginx", "nginx.ingress.kubernetes.io/proxy-read-timeout"))
        .isEqualTo("3600");
    assertThat(annotation("haproxy", "haproxy.org/timeout-server")).isEqualTo("3600s");
    assertThat(annotation("alb", "alb.ingress.kubernetes.io/load-balancer-attributes"))
        .isEqualTo("idle_timeout.timeout_seconds=120");
    assertThat(annotation("alb", "alb.ingress.kubernetes.io/target-group-attributes"))
        .contains("deregistration_delay.timeout_seconds=11");
    assertThat(annotation("alb", "alb.ingress.kubernetes.io/healthcheck-path"))
        .isEqualTo("/favicon.svg");
    assertThat(annotation("gke", "kubernetes.io/ingress.class")).isEqualTo("gce");
  }

  private static String annotation(String controller, String name) {
    return example("ingress-" + controller)
        .only("Ingress")
        .at("/metadata/annotations")
        .path(name)
        .asText();
  }

  @Test
  void annotations_ofTheOperatorWin() {
    Release release =
        Chart.OURS.render(
            "ingress-nginx",
            "edge: {annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: '60'}}");

    JsonNode annotations = release.only("Ingress").at("/metadata/annotations");
    assertThat(annotations.path("nginx.ingress.kubernetes.io/proxy-read-timeout").asText())
        .isEqualTo("60");
    assertThat(annotations.path("nginx.ingress.kubernetes.io/proxy-buffering").asText())
        .isEqualTo("off");
  }

  @Test
  void ingressOfGke_hasABackendConfigThatItsServiceNames() {
    Release release = example("ingress-gke");

    assertThat(release.only("BackendConfig").at("/spec/timeoutSec").asInt()).isEqualTo(3600);
    assertThat(
            release
                .one("Service", "shop-stream-relay-gateway")
                .at("/metadata/annotations/cloud.google.com~1backend-config")
                .asText())
        .isEqualTo("{\"default\":\"" + Release.name(release.only("BackendConfig")) + "\"}");
  }

  @Test
  void virtualService_repeatsNothing() {
    JsonNode http = example("istio").only("VirtualService").at("/spec/http/0");

    assertThat(http.at("/retries/attempts").asInt(-1)).isZero();
    assertThat(http.path("timeout").asText()).isEqualTo("3600s");
    assertThat(http.at("/route/0/destination/host").asText())
        .isEqualTo("shop-stream-relay-gateway.relay.svc.cluster.local");
  }

  @Test
  void pathThatLoadBalancersAsk_isOpenToAll() throws Exception {
    Path open =
        Chart.REPOSITORY.resolve(
            "gateway/src/main/java/io/streamrelay/gateway/caller/OpenPaths.java");

    assertThat(Files.readString(open)).contains("\"/favicon.svg\"");
  }
}
