package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way to install it is rendered, and taken by Kubernetes without an unknown field. */
class RenderTest {
  static List<Path> examples() {
    return Chart.OURS.examples();
  }

  @Test
  void examples_areAtLeastEight() {
    assertThat(examples()).hasSizeGreaterThanOrEqualTo(8);
  }

  @Test
  void chart_dependsOnNoOther() {
    JsonNode chart = Yaml.read(Chart.OURS.folder().resolve("Chart.yaml"));

    assertThat(chart.has("dependencies")).isFalse();
    assertThat(Chart.OURS.folder().resolve("charts")).doesNotExist();
    assertThat(chart.path("kubeVersion").asText()).isEqualTo(">=1.30.0-0");
  }

  @Test
  void chart_isOfTheBuildsVersion() throws IOException {
    JsonNode chart = Yaml.read(Chart.OURS.folder().resolve("Chart.yaml"));
    String pom = Files.readString(Chart.REPOSITORY.resolve("pom.xml"));

    assertThat(pom)
        .containsPattern(
            "<artifactId>stream-relay</artifactId>\\s*<version>%s(-SNAPSHOT)?</version>"
                .formatted(Pattern.quote(chart.path("appVersion").asText())));
    assertThat(chart.path("version")).isEqualTo(chart.path("appVersion"));
  }

  @Test
  void lint_ofTheChartAloneIsStrictlyContent() {
    assertThat(Chart.OURS.lint().getMessages()).noneMatch(each -> each.matches(".*(ERROR|WARN).*"));
    assertThat(Chart.OURS.lint().isFailed()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void lint_isStrictlyContent(Path values, @TempDir Path folder) throws IOException {
    Chart copy = Chart.OURS.copyTo(folder.resolve("stream-relay"));
    ObjectNode all = Yaml.read(copy.folder().resolve("values.yaml"));
    Yaml.merge(all, Yaml.read(values));
    Files.copy(
        Yaml.temporary(all),
        copy.folder().resolve("values.yaml"),
        StandardCopyOption.REPLACE_EXISTING);

    LintResult lint = copy.lint();

    assertThat(lint.isFailed()).as("%s", lint.getMessages()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void manifests_haveNoUnknownField(Path values) {
    for (JsonNode manifest : Chart.OURS.render(values).manifests()) {
      assertThat(Models.problems(manifest))
          .as("%s %s", manifest.path("kind").asText(), Release.name(manifest))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void manifests_areNamedOnceAndLabelled(Path values) {
    Set<String> names = new HashSet<>();
    for (JsonNode manifest : Chart.OURS.render(values).manifests()) {
      String name = manifest.path("kind").asText() + " " + Release.name(manifest);
      assertThat(names.add(name)).as("%s is there once", name).isTrue();
      assertThat(Release.name(manifest))
          .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?")
          .hasSizeLessThan(64);
      assertThat(manifest.at("/metadata/namespace").asText()).as(name).isEqualTo("relay");
      assertThat(manifest.at("/metadata/labels").has("app.kubernetes.io/instance"))
          .as("%s has the usual labels", name)
          .isTrue();
    }
  }

  @Test
  void problems_areSeen() {
    JsonNode unknown =
        Yaml.parse("{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {prots: []}}");
    JsonNode wrong = Yaml.parse("{apiVersion: apps/v1, kind: Deployment, spec: {replicas: '2'}}");
    JsonNode number = Yaml.parse("{apiVersion: v1, kind: ConfigMap, data: {x: 5}}");
    JsonNode custom =
        Yaml.parse(
            """
            apiVersion: keda.sh/v1alpha1
            kind: ScaledObject
            spec:
              scaleTargetRef: {name: x}
              triggers: [{type: prometheus, metadata: {threshold: 5}, lag: 1}]
            """);

    assertThat(Models.problems(unknown)).containsExactly("unknown field Service.spec.prots");
    assertThat(Models.problems(wrong)).isNotEmpty();
    assertThat(Models.problems(number)).isNotEmpty();
    assertThat(Models.problems(custom))
        .containsExactlyInAnyOrder(
            "spec.triggers[0].metadata.threshold is no string: 5",
            "unknown field spec.triggers[0].lag");
  }
}
