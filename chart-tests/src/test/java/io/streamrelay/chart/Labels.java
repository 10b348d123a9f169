package io.streamrelay.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Who is meant by a selector. */
final class Labels {
  private Labels() {}

  /** Throws {@link AssertionError} where no pod of the release has these labels. */
  static void assertSelects(JsonNode labels, Release release) {
    List<JsonNode> pods =
        release.manifests().stream()
            .map(
                each -> each.path("kind").asText().equals("Pod") ? each : each.at("/spec/template"))
            .map(each -> each.at("/metadata/labels"))
            .toList();
    if (labels.isEmpty() || pods.stream().noneMatch(each -> has(each, labels))) {
      throw new AssertionError("no pod has " + labels + ": " + pods);
    }
  }

  static boolean has(JsonNode all, JsonNode wanted) {
    return wanted.properties().stream()
        .allMatch(each -> each.getValue().equals(all.get(each.getKey())));
  }
}
