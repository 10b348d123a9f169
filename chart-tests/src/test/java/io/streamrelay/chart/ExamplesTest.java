package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The values beside others' stores and edges, laid over one another as their README has it. */
class ExamplesTest {
  private static final Path FOLDER = Chart.OURS.folder().resolve("examples");

  @Test
  void storesOfOthersAndEachEdge_areTaken() throws IOException {
    List<Path> edges;
    try (Stream<Path> files = Files.list(FOLDER.resolve("edges"))) {
      edges = files.sorted().toList();
    }
    assertThat(edges).isNotEmpty();

    for (Path edge : edges) {
      ObjectNode values = Yaml.read(FOLDER.resolve("relay-values.yaml"));
      for (String store : List.of("valkey", "cloudnativepg", "strimzi")) {
        Yaml.merge(values, Yaml.read(FOLDER.resolve(store).resolve("relay-values.yaml")));
      }
      Yaml.merge(values, Yaml.read(edge));

      Release release = Chart.OURS.render(Yaml.temporary(values));

      for (JsonNode manifest : release.manifests()) {
        assertThat(Models.problems(manifest)).as("%s: %s", edge, Release.name(manifest)).isEmpty();
      }
      assertThat(release.config("worker").at("/relay/outbox/enabled").asBoolean()).isTrue();
    }
  }
}
