package io.streamrelay.gateway.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Completes the schemas that name a class by {@code x-java}: a record gives its fields and which of
 * them are always there, an enum its words, a sealed interface its union. A class whose schema has
 * a {@code type} of its own only gets that name.
 *
 * <p>Every field of a record needs a description, here or in the schema it refers to; none may be
 * described that the record doesn't have.
 */
final class JavaSchemas {
  private final ObjectNode schemas;
  private final Map<Class<?>, String> names = new HashMap<>();

  private JavaSchemas(ObjectNode schemas) {
    this.schemas = schemas;
  }

  static void complete(ObjectNode schemas) {
    new JavaSchemas(schemas).complete();
  }

  static Class<?> classOf(String name) {
    try {
      return Class.forName("io.streamrelay." + name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("x-java: there is no class io.streamrelay." + name, e);
    }
  }

  private void complete() {
    for (var schema : schemas.properties()) {
      JsonNode name = ((ObjectNode) schema.getValue()).remove("x-java");
      if (name != null) {
        names.put(classOf(name.stringValue()), schema.getKey());
      }
    }
    names.forEach((type, name) -> {
      ObjectNode written = (ObjectNode) schemas.get(name);
      if (!written.has("type")) {
        complete(written, type, name);
      }
    });
  }

  private void complete(ObjectNode schema, Class<?> type, String name) {
    if (type.isEnum()) {
      schema.put("type", "string");
      ArrayNode words = schema.putArray("enum");
      for (Object constant : type.getEnumConstants()) {
        words.add(wire(constant));
      }
    } else if (type.isRecord()) {
      completeRecord(schema, type, name);
    } else {
      completeUnion(schema, type);
    }
  }

  private static String wire(Object constant) {
    try {
      var wire = constant.getClass().getDeclaredMethod("wire");
      wire.setAccessible(true);
      return (String) wire.invoke(constant);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(constant.getClass() + " has no word for the wire", e);
    }
  }

  private void completeUnion(ObjectNode schema, Class<?> type) {
    ArrayNode variants = schema.putArray("oneOf");
    ObjectNode discriminator = schema.putObject("discriminator");
    discriminator.put("propertyName", type.getAnnotation(JsonTypeInfo.class).property());
    ObjectNode mapping = discriminator.putObject("mapping");
    for (JsonSubTypes.Type variant : type.getAnnotation(JsonSubTypes.class).value()) {
      ObjectNode reference = reference(variant.value(), type.getSimpleName());
      variants.add(reference);
      mapping.set(variant.name(), reference.get("$ref"));
    }
  }

  private void completeRecord(ObjectNode schema, Class<?> type, String name) {
    JsonNode removed = schema.remove("properties");
    ObjectNode described = removed == null ? Yaml.JSON.createObjectNode() : (ObjectNode) removed;
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    List<String> required = new ArrayList<>();
    typeField(type, type)
        .forEach((field, word) -> {
          properties.putObject(field).put("type", "string").putArray("enum").add(word);
          required.add(field);
        });
    for (RecordComponent field : type.getRecordComponents()) {
      String fieldName = nameOf(field);
      ObjectNode property = property(field, name);
      JsonNode description = described.remove(fieldName);
      if (description != null) {
        Yaml.join(property, description, name + "/" + fieldName);
      } else if (!property.has("$ref")) {
        throw new IllegalStateException("describe " + name + "." + fieldName);
      }
      properties.set(fieldName, property);
      if (always(field)) {
        required.add(fieldName);
      }
    }
    if (!described.isEmpty()) {
      throw new IllegalStateException(name + " has no " + described.propertyNames());
    }
    ArrayNode names = schema.putArray("required");
    required.forEach(names::add);
  }

  /** The field by which the variants of the leaf's union are told apart, with the leaf's word. */
  private static Map<String, String> typeField(Class<?> type, Class<?> leaf) {
    for (Class<?> union : type.getInterfaces()) {
      JsonSubTypes variants = union.getAnnotation(JsonSubTypes.class);
      if (variants == null) {
        return typeField(union, leaf);
      }
      for (JsonSubTypes.Type variant : variants.value()) {
        if (variant.value() == leaf) {
          return Map.of(union.getAnnotation(JsonTypeInfo.class).property(), variant.name());
        }
      }
    }
    return Map.of();
  }

  private static String nameOf(RecordComponent field) {
    JsonProperty named = field.getAccessor().getAnnotation(JsonProperty.class);
    return named == null ? field.getName() : named.value();
  }

  private ObjectNode property(RecordComponent field, String name) {
    ObjectNode property = schema(field.getGenericType(), name + "." + field.getName());
    if (nullable(field) && always(field)) {
      property.set("type", Yaml.JSON.valueToTree(List.of(property.get("type"), "null")));
    }
    return property;
  }

  private static boolean nullable(RecordComponent field) {
    return field.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static boolean always(RecordComponent field) {
    JsonInclude include = field.getDeclaringRecord().getAnnotation(JsonInclude.class);
    boolean leftOut = include != null && include.value() == JsonInclude.Include.NON_NULL;
    return !nullable(field) || !leftOut;
  }

  private ObjectNode schema(Type type, String of) {
    ObjectNode schema = Yaml.JSON.createObjectNode();
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      schema.put("type", "array").set("items", schema(list.getActualTypeArguments()[0], of));
      return schema;
    }
    if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
      schema.put("type", "object");
      schema.set("additionalProperties", schema(map.getActualTypeArguments()[1], of));
      return schema;
    }
    return switch (type.getTypeName()) {
      case "java.lang.String" -> schema.put("type", "string");
      case "int", "java.lang.Integer" -> schema.put("type", "integer").put("format", "int32");
      case "long", "java.lang.Long" -> schema.put("type", "integer").put("format", "int64");
      case "double", "java.lang.Double" -> schema.put("type", "number").put("format", "double");
      case "boolean", "java.lang.Boolean" -> schema.put("type", "boolean");
      default -> other(schema, type, of);
    };
  }

  private ObjectNode other(ObjectNode schema, Type type, String of) {
    if (type == Instant.class) {
      return schema.put("type", "string").put("format", "date-time");
    }
    return type == BigDecimal.class ? schema.put("type", "number") : reference(type, of);
  }

  private ObjectNode reference(Type type, String of) {
    String name = names.get(type);
    if (name == null) {
      throw new IllegalStateException("no schema in docs/openapi names " + type + ", of " + of);
    }
    return Yaml.JSON.createObjectNode().put("$ref", "#/components/schemas/" + name);
  }
}
