package io.streamrelay.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Manifests as Kubernetes' API server takes them in strictly: each field is known, each value of
 * its type. A number isn't taken for a text, nor the reverse.
 */
final class Models {
  private static final JsonMapper MAPPER = mapper();

  /** Knows which model is whose; what it reads itself is too lenient. */
  private static final KubernetesSerialization REGISTRY = new KubernetesSerialization();

  private Models() {}

  private static JsonMapper mapper() {
    JsonMapper mapper = new JsonMapper();
    mapper
        .coercionConfigFor(LogicalType.Textual)
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    for (LogicalType type : List.of(LogicalType.Integer, LogicalType.Boolean)) {
      mapper
          .coercionConfigFor(type)
          .setCoercion(CoercionInputShape.String, CoercionAction.Fail)
          .setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
    }
    return mapper;
  }

  /** What the API server would refuse; empty: nothing. */
  static List<String> problems(JsonNode manifest) {
    Class<?> model =
        REGISTRY.getRegisteredKubernetesResource(
            manifest.path("apiVersion").asText(), manifest.path("kind").asText());
    if (model == null) {
      return CustomSchema.of(manifest).problems(manifest);
    }
    Object resource;
    try {
      resource = MAPPER.treeToValue(manifest, model);
    } catch (JsonProcessingException e) {
      return List.of(e.getMessage());
    }
    List<String> problems = new ArrayList<>();
    look(resource, model.getSimpleName(), problems);
    return problems;
  }

  private static void look(Object value, String path, List<String> problems) {
    if (value instanceof Iterable<?> list) {
      int at = 0;
      for (Object each : list) {
        look(each, path + "[" + at++ + "]", problems);
      }
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((key, each) -> look(each, path + "." + key, problems));
    } else if (value != null && value.getClass().getName().startsWith("io.fabric8.")) {
      fields(value.getClass()).forEach(field -> lookAt(field, value, path, problems));
    }
  }

  private static void lookAt(Field field, Object owner, String path, List<String> problems) {
    try {
      field.setAccessible(true);
      Object value = field.get(owner);
      if (field.getName().equals("additionalProperties") && value instanceof Map<?, ?> unknown) {
        unknown.keySet().forEach(key -> problems.add("unknown field " + path + "." + key));
      } else {
        look(value, path + "." + field.getName(), problems);
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Field> fields(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isEnum()) {
          fields.add(field);
        }
      }
    }
    return fields;
  }
}
