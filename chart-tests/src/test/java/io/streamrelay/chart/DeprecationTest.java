package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A renamed value is refused with the one to write. None was renamed yet: in a copy of the chart
 * one is.
 */
class DeprecationTest {
  @TempDir private Path folder;
  private Chart chart;

  @BeforeEach
  void rename() throws IOException {
    chart = Chart.OURS.copyTo(folder.resolve("stream-relay"));
    replace(
        "templates/_deprecations.tpl",
        "\n[]\n",
        "\n[{\"old\": \"gateway.replicaCount\", \"new\": \"gateway.replicas\", \"since\": \"0.2.0\"}]\n");
    replace(
        "values.schema.json",
        "\"replicas\": {",
        "\"replicaCount\": {\"description\": \"is replicas now\", \"deprecated\": true},\n\"replicas\": {");
  }

  private void replace(String file, String from, String to) throws IOException {
    Path path = chart.folder().resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(from);
    Files.writeString(path, text.replaceFirst(Pattern.quote(from), to));
  }

  @Test
  void renamedValue_isRefusedWithTheNewOne() {
    assertThatThrownBy(() -> chart.render("minimal", "gateway: {replicaCount: 0}"))
        .hasMessageContaining("gateway.replicaCount was renamed in 0.2.0")
        .hasMessageContaining("write gateway.replicas in its place");
  }

  @Test
  void newValue_isTaken() {
    Release release = chart.render("minimal", "gateway: {replicas: 5}");

    assertThat(release.deployment("gateway").at("/spec/replicas").asInt()).isEqualTo(5);
  }
}
