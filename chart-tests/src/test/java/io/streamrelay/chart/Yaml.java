package io.streamrelay.chart;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** YAML as trees; a key that is there twice is a mistake. */
final class Yaml {
  private static final YAMLMapper MAPPER =
      new YAMLMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private Yaml() {}

  static List<JsonNode> documents(String text) {
    try (var values = MAPPER.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      return values.readAll().stream().filter(each -> each.isObject()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode read(Path file) {
    try {
      return (ObjectNode) MAPPER.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Like Helm's {@code -f file -f changed}: maps are merged, all else is replaced. */
  static Path overlaid(Path file, String changed) {
    ObjectNode values = read(file);
    if (parse(changed) instanceof ObjectNode over) {
      merge(values, over);
    }
    return temporary(values);
  }

  static Path temporary(JsonNode values) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      file.toFile().deleteOnExit();
      return Files.writeString(file, MAPPER.writeValueAsString(values));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void merge(ObjectNode into, ObjectNode over) {
    over.properties()
        .forEach(each -> {
          if (into.get(each.getKey()) instanceof ObjectNode below
              && each.getValue() instanceof ObjectNode more) {
            merge(below, more);
          } else {
            into.set(each.getKey(), each.getValue());
          }
        });
  }
}
