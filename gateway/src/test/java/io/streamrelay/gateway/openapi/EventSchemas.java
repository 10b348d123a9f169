package io.streamrelay.gateway.openapi;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Completes the events. A schema with {@code x-event: {name, data, id}} is one event as a client
 * parses it: {@code event}, {@code data} read as JSON, {@code id}, which is there {@code always},
 * {@code sometimes} or {@code never}. The schema with {@code x-events} is the union of them all,
 * told apart by {@code event}.
 */
final class EventSchemas {
  private EventSchemas() {}

  static void complete(ObjectNode schemas) {
    Map<String, String> events = new LinkedHashMap<>();
    for (var schema : schemas.properties()) {
      JsonNode event = ((ObjectNode) schema.getValue()).remove("x-event");
      if (event != null) {
        complete((ObjectNode) schema.getValue(), event);
        events.put(event.get("name").stringValue(), schema.getKey());
      }
    }
    for (JsonNode schema : schemas) {
      if (((ObjectNode) schema).remove("x-events") != null) {
        completeUnion((ObjectNode) schema, events);
      }
    }
  }

  private static void complete(ObjectNode schema, JsonNode event) {
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties
        .putObject("event")
        .put("type", "string")
        .putArray("enum")
        .add(event.get("name").stringValue());
    properties.set("data", reference(event.get("data").stringValue()));
    String id = event.get("id").stringValue();
    if (!id.equals("never")) {
      properties.set("id", reference("EntryId"));
    }
    ArrayNode required = schema.putArray("required").add("event").add("data");
    if (id.equals("always")) {
      required.add("id");
    }
  }

  private static void completeUnion(ObjectNode union, Map<String, String> events) {
    ArrayNode variants = union.putArray("oneOf");
    ObjectNode discriminator = union.putObject("discriminator").put("propertyName", "event");
    ObjectNode mapping = discriminator.putObject("mapping");
    events.forEach((name, schema) -> {
      variants.add(reference(schema));
      mapping.set(name, reference(schema).get("$ref"));
    });
  }

  private static ObjectNode reference(String name) {
    return Yaml.JSON.createObjectNode().put("$ref", "#/components/schemas/" + name);
  }
}
