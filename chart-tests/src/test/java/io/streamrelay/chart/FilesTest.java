package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A chart can't read files outside its folder, so it has copies of the alerts and dashboards. */
class FilesTest {
  private static final Path GRAFANA = Chart.REPOSITORY.resolve("grafana");
  private static final Path ALERTS = Path.of("alerts/stream-relay.yaml");

  private final Release observed = Chart.OURS.render(Chart.OURS.example("observed"));

  private static List<Path> dashboards(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("dashboards"))) {
      return files.map(folder::relativize).sorted().toList();
    }
  }

  @Test
  void copies_areByteEqual() throws IOException {
    Path copies = Chart.OURS.folder().resolve("files");
    List<Path> files = Stream.concat(dashboards(GRAFANA).stream(), Stream.of(ALERTS)).toList();
    if (Boolean.getBoolean("chart.rewrite")) {
      for (Path file : files) {
        Files.copy(
            GRAFANA.resolve(file), copies.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
    }

    assertThat(dashboards(copies)).isEqualTo(dashboards(GRAFANA));
    for (Path file : files) {
      assertThat(copies.resolve(file))
          .as("made anew by -Dchart.rewrite=true")
          .hasSameBinaryContentAs(GRAFANA.resolve(file));
    }
  }

  @Test
  void alerts_areInstalledAsTheyAre() {
    JsonNode rule = observed.only("PrometheusRule");

    assertThat(rule.path("spec")).isEqualTo(Yaml.read(GRAFANA.resolve(ALERTS)));
    assertThat(rule.at("/metadata/labels/release").asText()).isEqualTo("prometheus");
  }

  @Test
  void dashboards_areInstalledAsTheyAre() throws IOException {
    for (Path file : dashboards(GRAFANA)) {
      String name = file.getFileName().toString();
      JsonNode map =
          observed.one("ConfigMap", "shop-stream-relay-dashboard-" + name.replace(".json", ""));

      assertThat(map.path("data").path(name).asText())
          .isEqualTo(Files.readString(GRAFANA.resolve(file)));
      assertThat(map.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
    }
  }
}
