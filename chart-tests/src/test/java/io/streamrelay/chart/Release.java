package io.streamrelay.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What Helm made of the chart and some values: manifests, hooks and tests among them. */
record Release(List<JsonNode> manifests) {
  static Release parse(String text) {
    return new Release(Yaml.documents(text));
  }

  List<JsonNode> all(String kind) {
    return manifests.stream().filter(each -> each.path("kind").asText().equals(kind)).toList();
  }

  boolean has(String kind, String name) {
    return all(kind).stream().anyMatch(each -> name(each).equals(name));
  }

  /** Throws {@link AssertionError} where there is none. */
  JsonNode one(String kind, String name) {
    return all(kind).stream()
        .filter(each -> name(each).equals(name))
        .findFirst()
        .orElseThrow(() ->
            new AssertionError(
                "no "
                    + kind
                    + " "
                    + name
                    + " among "
                    + all(kind).stream().map(Release::name).toList()));
  }

  /** The only one of its kind. */
  JsonNode only(String kind) {
    List<JsonNode> all = all(kind);
    if (all.size() != 1) {
      throw new AssertionError(all.size() + " of kind " + kind);
    }
    return all.getFirst();
  }

  JsonNode deployment(String tier) {
    return one("Deployment", "shop-stream-relay-" + tier);
  }

  JsonNode pod(String tier) {
    return deployment(tier).at("/spec/template/spec");
  }

  /** What is mounted as {@code /app/config/application.yaml}. */
  JsonNode config(String tier) {
    return Yaml.parse(
        one("ConfigMap", "shop-stream-relay-" + tier).at("/data/application.yaml").asText());
  }

  /** Of Deployments, Jobs and Pods. */
  List<JsonNode> podSpecs() {
    return manifests.stream()
        .map(each ->
            each.path("kind").asText().equals("Pod")
                ? each.path("spec")
                : each.at("/spec/template/spec"))
        .filter(JsonNode::isObject)
        .toList();
  }

  static String name(JsonNode manifest) {
    return manifest.at("/metadata/name").asText();
  }
}
