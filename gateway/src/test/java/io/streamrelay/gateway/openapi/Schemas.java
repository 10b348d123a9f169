package io.streamrelay.gateway.openapi;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The schemas of a document, to hold values against them. Knows what our document uses of JSON
 * Schema; objects may have no field that isn't described. Immutable.
 */
public final class Schemas {
  private final JsonNode document;

  public Schemas(JsonNode document) {
    this.document = document;
  }

  /** What a reference stands for; the node itself if it is none. */
  public JsonNode resolve(JsonNode node) {
    JsonNode reference = node.get("$ref");
    return reference == null
        ? node
        : resolve(document.at(reference.stringValue().substring("#".length())));
  }

  /** The schema that is meant for the value: of a union, the variant. */
  public JsonNode schemaOf(JsonNode value, JsonNode schema) {
    JsonNode resolved = resolve(schema);
    JsonNode variants = resolved.get("oneOf");
    if (variants == null) {
      return resolved;
    }
    JsonNode discriminator = resolved.at("/discriminator/propertyName");
    for (JsonNode variant : variants) {
      JsonNode candidate = resolve(variant);
      boolean meant =
          discriminator.isString()
              ? has(
                  candidate.at("/properties/" + discriminator.stringValue() + "/enum"),
                  value.path(discriminator.stringValue()))
              : candidate.path("type").asString("").equals(typeOf(value));
      if (meant) {
        return candidate;
      }
    }
    return resolved;
  }

  /** What is wrong with the value, each with its path; empty if nothing is. */
  public List<String> faults(JsonNode value, JsonNode schema) {
    List<String> faults = new ArrayList<>();
    check(value, schema, "", faults);
    return faults;
  }

  private void check(JsonNode value, JsonNode schema, String path, List<String> faults) {
    JsonNode meant = schemaOf(value, schema);
    if (meant.has("oneOf")) {
      faults.add(path + " is no variant of its union: " + value);
    } else if (meant.has("type") && !isOfType(value, meant.get("type"))) {
      faults.add(path + " is no " + meant.get("type") + ": " + value);
    } else if (meant.has("enum") && !has(meant.get("enum"), value)) {
      faults.add(path + " is none of " + meant.get("enum") + ": " + value);
    } else if (meant.has("pattern") && !value.asString().matches(meant.get("pattern").asString())) {
      faults.add(path + " doesn't match " + meant.get("pattern") + ": " + value);
    }
    if (value.isObject() && meant.has("properties")) {
      checkFields(value, meant, path, faults);
    }
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      check(value.get(i), meant.get("items"), path + "[" + i + "]", faults);
    }
  }

  private void checkFields(JsonNode value, JsonNode schema, String path, List<String> faults) {
    for (JsonNode name : schema.path("required")) {
      if (!value.has(name.stringValue())) {
        faults.add(path + " has no " + name);
      }
    }
    for (var field : value.properties()) {
      JsonNode property = schema.at("/properties").get(field.getKey());
      String at = path + "/" + field.getKey();
      if (property == null) {
        faults.add(at + " isn't described");
      } else {
        check(field.getValue(), property, at, faults);
      }
    }
  }

  private static boolean has(JsonNode array, JsonNode value) {
    for (JsonNode element : array) {
      if (element.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfType(JsonNode value, JsonNode type) {
    String is = typeOf(value);
    if (type.isArray()) {
      return has(type, Yaml.JSON.valueToTree(is));
    }
    return type.stringValue().equals(is)
        || type.stringValue().equals("number") && is.equals("integer");
  }

  private static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "array";
      case BOOLEAN -> "boolean";
      case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
      case OBJECT -> "object";
      case STRING -> "string";
      default -> "null";
    };
  }
}
