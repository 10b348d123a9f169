package io.streamrelay.gateway.openapi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** YAML files as JSON trees, and one tree joined into another. */
final class Yaml {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private Yaml() {}

  /** Throws IllegalArgumentException for a key that is there twice. */
  static ObjectNode read(Path file) {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    try {
      Object tree =
          new org.yaml.snakeyaml.Yaml(new SafeConstructor(strict)).load(Files.readString(file));
      return (ObjectNode) JSON.<JsonNode>valueToTree(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds what {@code more} has. Throws IllegalStateException where both have a value. */
  static void join(ObjectNode into, JsonNode more, String path) {
    for (var property : more.properties()) {
      JsonNode there = into.get(property.getKey());
      String at = path + "/" + property.getKey();
      if (there == null) {
        into.set(property.getKey(), property.getValue());
      } else if (there instanceof ObjectNode object && property.getValue().isObject()) {
        join(object, property.getValue(), at);
      } else {
        throw new IllegalStateException(at + " is there twice");
      }
    }
  }
}
