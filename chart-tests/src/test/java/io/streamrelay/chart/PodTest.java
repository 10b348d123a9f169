package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pod may, how it is asked, how it leaves, and where its secrets are. */
class PodTest {
  private final Release minimal = Chart.OURS.render(Chart.OURS.example("minimal"));
  private final Release full = Chart.OURS.render("full", "fullnameOverride: ''");

  static List<Path> examples() {
    return Chart.OURS.examples();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void pods_mayNothingTheyNeednt(Path values) {
    List<JsonNode> pods = Chart.OURS.render(values).podSpecs();
    assertThat(pods).hasSizeGreaterThanOrEqualTo(2);
    for (JsonNode pod : pods) {
      assertThat(pod.path("automountServiceAccountToken").asText()).isEqualTo("false");
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/runAsUser").asInt()).isGreaterThan(0);
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      assertThat(pod.has("hostNetwork") || pod.has("hostPID") || pod.has("hostIPC")).isFalse();
      for (JsonNode container : pod.path("containers")) {
        JsonNode security = container.path("securityContext");
        assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(security.path("allowPrivilegeEscalation").asText()).isEqualTo("false");
        assertThat(security.path("privileged").asText()).isEqualTo("false");
        assertThat(security.at("/capabilities/drop")).hasToString("[\"ALL\"]");
        assertThat(security.has("runAsUser")).isFalse();
        assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
        assertThat(container.at("/resources/requests/cpu").asText()).isNotEmpty();
      }
      for (JsonNode volume : pod.path("volumes")) {
        assertThat(volume.has("hostPath")).isFalse();
        if (volume.path("name").asText().equals("tmp")) {
          assertThat(volume.at("/emptyDir/sizeLimit").asText()).isNotEmpty();
        }
      }
    }
  }

  @Test
  void serviceAccount_hasNoToken() {
    assertThat(minimal.only("ServiceAccount").path("automountServiceAccountToken").asText())
        .isEqualTo("false");
    assertThat(minimal.manifests())
        .noneMatch(each -> each.path("kind").asText().matches("(Cluster)?Role(Binding)?"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "worker"})
  void ourPods_runAsTheImagesUserAndWriteToTmpOnly(String tier) {
    JsonNode pod = minimal.pod(tier);

    assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(10001);
    assertThat(pod.at("/securityContext/fsGroup").asInt()).isEqualTo(10001);
    for (JsonNode mount : pod.at("/containers/0/volumeMounts")) {
      assertThat(
              mount.path("readOnly").asBoolean() || mount.path("mountPath").asText().equals("/tmp"))
          .as("%s", mount)
          .isTrue();
    }
    assertThat(pod.at("/containers/0/env/0/name").asText()).isEqualTo("JDK_JAVA_OPTIONS");
    assertThat(pod.at("/containers/0/env/0/value").asText()).contains("-XX:MaxRAMPercentage=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "worker"})
  void probes_askTheManagementPort(String tier) {
    JsonNode container = minimal.pod(tier).at("/containers/0");

    assertThat(container.at("/startupProbe/httpGet/path").asText())
        .isEqualTo("/actuator/health/liveness");
    assertThat(container.at("/livenessProbe/httpGet/path").asText())
        .isEqualTo("/actuator/health/liveness");
    assertThat(container.at("/readinessProbe/httpGet/path").asText())
        .isEqualTo("/actuator/health/readiness");
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(container.path(probe).at("/httpGet/port").asText()).isEqualTo("management");
    }
    int port = minimal.config(tier).at("/management/server/port").asInt();
    assertThat(container.path("ports"))
        .anyMatch(each ->
            each.path("name").asText().equals("management")
                && each.path("containerPort").asInt() == port);
  }

  @Test
  void processes_answerOnTheirPodsAddress() {
    assertThat(minimal.config("gateway").at("/server/address").asText()).isEqualTo("0.0.0.0");
    assertThat(minimal.config("gateway").at("/management/server/address").asText())
        .isEqualTo("0.0.0.0");
    assertThat(minimal.config("worker").at("/management/server/address").asText())
        .isEqualTo("0.0.0.0");
    assertThat(minimal.config("worker").has("server")).isFalse();
  }

  @Test
  void managementPort_hasAServiceOfItsOwn() {
    JsonNode service = minimal.one("Service", "shop-stream-relay-gateway");
    JsonNode management = minimal.one("Service", "shop-stream-relay-gateway-management");

    assertThat(service.at("/spec/ports")).hasSize(1);
    assertThat(service.at("/spec/ports/0/targetPort").asText()).isEqualTo("http");
    assertThat(management.at("/spec/ports")).hasSize(1);
    assertThat(management.at("/spec/ports/0/targetPort").asText()).isEqualTo("management");
    assertThat(minimal.has("Service", "shop-stream-relay-worker-management")).isTrue();
    assertThat(minimal.has("Service", "shop-stream-relay-worker")).isFalse();
    for (JsonNode each : minimal.all("Service")) {
      Labels.assertSelects(each.at("/spec/selector"), minimal);
    }
  }

  @Test
  void gateway_sleepsBeforeItIsStopped() {
    JsonNode preStop = minimal.pod("gateway").at("/containers/0/lifecycle/preStop");

    assertThat(preStop.at("/sleep/seconds").asInt()).isEqualTo(5);
    assertThat(preStop.has("exec")).isFalse();
    assertThat(minimal.pod("worker").at("/containers/0").has("lifecycle")).isFalse();
  }

  @Test
  void timeToLeave_followsFromTheDrain() {
    // preStop 5, notice 5 + spread 4 + rest 2, Spring's phase one longer, 5 for the rest
    assertThat(seconds(minimal, "gateway")).isEqualTo(5 + 11 + 12 + 5);
    assertThat(
            minimal.config("gateway").at("/spring/lifecycle/timeout-per-shutdown-phase").asText())
        .isEqualTo("12s");
    // grace 20 and 10 for handing over, 5 for the rest
    assertThat(seconds(minimal, "worker")).isEqualTo(35);
    assertThat(minimal.config("worker").at("/spring/lifecycle/timeout-per-shutdown-phase").asText())
        .isEqualTo("30s");

    Release longer =
        Chart.OURS.render(
            "minimal", "{gateway: {drain: {spreadSeconds: 60}}, worker: {graceSeconds: 300}}");
    assertThat(seconds(longer, "gateway")).isEqualTo(5 + 67 + 68 + 5);
    assertThat(longer.config("gateway").at("/relay/gateway/drain/spread").asText())
        .isEqualTo("60s");
    assertThat(seconds(longer, "worker")).isEqualTo(315);
    assertThat(longer.config("worker").at("/relay/worker/grace").asText()).isEqualTo("300s");

    assertThat(seconds(full, "gateway")).isEqualTo(120);
  }

  private static int seconds(Release release, String tier) {
    return release.pod(tier).path("terminationGracePeriodSeconds").asInt();
  }

  @Test
  void drain_isByDefaultAsTheGatewaysOwn() {
    JsonNode own =
        Yaml.read(Chart.REPOSITORY.resolve("gateway/src/main/resources/application.yaml"));
    JsonNode workers =
        Yaml.read(Chart.REPOSITORY.resolve("relay-worker/src/main/resources/application.yaml"));
    String phase = "/spring/lifecycle/timeout-per-shutdown-phase";

    assertThat(minimal.config("gateway").at(phase)).isEqualTo(own.at(phase));
    assertThat(minimal.config("worker").at(phase)).isEqualTo(workers.at(phase));
    assertThat(minimal.config("gateway").at("/management/server/port"))
        .isEqualTo(own.at("/management/server/port"));
    assertThat(minimal.config("worker").at("/management/server/port"))
        .isEqualTo(workers.at("/management/server/port"));
  }

  @Test
  void images_areOfTheChartsVersionUnlessSaidOtherwise() {
    String version =
        Yaml.read(Chart.OURS.folder().resolve("Chart.yaml")).path("appVersion").asText();

    assertThat(image(minimal, "gateway")).isEqualTo("stream-relay-gateway:" + version);
    assertThat(image(minimal, "worker")).isEqualTo("stream-relay-worker:" + version);
    assertThat(image(full, "gateway"))
        .startsWith("registry.example.org/relay/stream-relay-gateway@sha256:0123");
    assertThat(image(full, "worker")).isEqualTo("registry.example.org/relay/other/worker:0.1.1");
    assertThat(full.pod("gateway").at("/imagePullSecrets/0/name").asText()).isEqualTo("registry");
  }

  private static String image(Release release, String tier) {
    return release.pod(tier).at("/containers/0/image").asText();
  }

  @Test
  void pods_areSpread() {
    for (String tier : List.of("gateway", "worker")) {
      JsonNode spread = minimal.pod(tier).path("topologySpreadConstraints");
      assertThat(spread.findValuesAsText("topologyKey"))
          .containsExactlyInAnyOrder("kubernetes.io/hostname", "topology.kubernetes.io/zone");
      for (JsonNode each : spread) {
        assertThat(each.at("/labelSelector/matchLabels/app.kubernetes.io~1component").asText())
            .isEqualTo(tier);
      }
    }
  }
}
