package io.streamrelay.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The schema of a custom resource, as in its definition: what Kubernetes' own models don't have.
 * {@code crds/} holds {@code spec} of each as far as charts like ours use it, without the words.
 */
record CustomSchema(JsonNode spec) {
  private static final Path FOLDER = Path.of("src/test/resources/crds");

  /** Throws {@link AssertionError} for a kind that isn't in the folder. */
  static CustomSchema of(JsonNode manifest) {
    String kind = manifest.path("kind").asText();
    Path file = FOLDER.resolve(kind + ".yaml");
    if (!Files.exists(file)) {
      throw new AssertionError("no schema of " + kind + ": " + file);
    }
    JsonNode definition = Yaml.read(file);
    if (!definition.path("apiVersion").equals(manifest.path("apiVersion"))) {
      throw new AssertionError(kind + " is of " + definition.path("apiVersion"));
    }
    return new CustomSchema(definition.path("spec"));
  }

  List<String> problems(JsonNode manifest) {
    List<String> problems = new ArrayList<>();
    check(spec, manifest.path("spec"), "spec", problems);
    return problems;
  }

  private static void check(JsonNode schema, JsonNode value, String path, List<String> problems) {
    String type = schema.path("type").asText();
    boolean fits =
        switch (type) {
          case "object" -> value.isObject();
          case "array" -> value.isArray();
          case "string" -> value.isTextual();
          case "integer" -> value.isIntegralNumber();
          case "boolean" -> value.isBoolean();
          default -> throw new AssertionError("type '" + type + "' of " + path);
        };
    if (!fits) {
      problems.add(path + " is no " + type + ": " + value);
      return;
    }
    if (schema.has("enum") && !schema.path("enum").toString().contains(value.toString())) {
      problems.add(path + " can't be " + value);
    }
    for (JsonNode required : schema.path("required")) {
      if (!value.has(required.asText())) {
        problems.add(path + "." + required.asText() + " is missing");
      }
    }
    for (int at = 0; value.isArray() && at < value.size(); at++) {
      check(schema.path("items"), value.get(at), path + "[" + at + "]", problems);
    }
    value
        .properties()
        .forEach(each -> {
          String below = path + "." + each.getKey();
          JsonNode known =
              schema.path("properties").has(each.getKey())
                  ? schema.path("properties").get(each.getKey())
                  : schema.path("additionalProperties");
          if (known.isObject()) {
            check(known, each.getValue(), below, problems);
          } else {
            problems.add("unknown field " + below);
          }
        });
  }
}
