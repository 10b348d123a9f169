package io.streamrelay.gateway.http;

import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.event.ValidText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of a JSON object, each taken as exactly the type it should have. A field that is
 * missing or null is null; one of another type, out of range, or not known at all ends the request
 * with a problem that names it by its path.
 */
public final class JsonFields {
  private final String path;
  private final JsonNode object;

  JsonFields(String path, JsonNode object, Set<String> known) {
    this(path, object);
    only(known);
  }

  /** Whose fields the reader has to check by {@link #only}. */
  JsonFields(String path, JsonNode object) {
    this.path = path;
    this.object = object;
  }

  /** Refuses all fields but these. */
  public void only(Set<String> known) {
    object.propertyNames().forEach(name -> check(name, known));
  }

  private void check(String name, Set<String> known) {
    if (!known.contains(name)) {
      String where = path.isEmpty() ? "" : " in " + path;
      throw Problem.invalid(
              "unknown field " + Excerpt.of(name) + where + "; known are " + listed(known))
          .exception();
    }
  }

  private static String listed(Set<String> known) {
    return String.join(", ", new TreeSet<>(known));
  }

  /** Where the object is, for messages: {@code messages[3].parts[0]}. */
  public String path() {
    return path;
  }

  /** Where a field is, for messages: {@code parameters.stop}. */
  public String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Whether the field is there, if only as null. */
  public boolean mentions(String name) {
    return object.has(name);
  }

  public boolean has(String name) {
    return node(name) != null;
  }

  private @Nullable JsonNode node(String name) {
    JsonNode node = object.get(name);
    return node == null || node.isNull() ? null : node;
  }

  public @Nullable String text(String name) {
    JsonNode node = node(name);
    return node == null ? null : text(path(name), node);
  }

  public String requiredText(String name) {
    return required(name, text(name));
  }

  /** The value, or a problem that says it is missing. */
  public <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw Problem.invalid("'" + path(name) + "' is missing").exception();
    }
    return value;
  }

  private static String text(String path, JsonNode node) {
    if (!node.isString()) {
      throw wrongType(path, "a string");
    }
    return checkText(path, node.stringValue());
  }

  private static String checkText(String path, String text) {
    int invalid = ValidText.firstInvalid(text);
    if (invalid >= 0) {
      String what = text.charAt(invalid) == 0 ? "U+0000" : "an unpaired surrogate";
      throw Problem.invalid("'" + path + "' has " + what + " at character " + invalid).exception();
    }
    return text;
  }

  public @Nullable Boolean bool(String name) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isBoolean()) {
      throw wrongType(path(name), "true or false");
    }
    return node.booleanValue();
  }

  public @Nullable Double number(String name, double least, double most) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isNumber()) {
      throw wrongType(path(name), "a number");
    }
    double value = node.doubleValue(Double.NaN);
    if (!(value >= least && value <= most)) {
      throw Problem.invalid("'" + path(name) + "' must be " + least + " to " + most).exception();
    }
    return value;
  }

  public @Nullable Long integer(String name, long least, long most) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isIntegralNumber()) {
      throw wrongType(path(name), "a whole number");
    }
    if (!node.canConvertToLong() || node.longValue() < least || node.longValue() > most) {
      throw Problem.invalid("'" + path(name) + "' must be " + least + " to " + most).exception();
    }
    return node.longValue();
  }

  public @Nullable JsonFields object(String name, Set<String> known) {
    JsonNode node = node(name);
    return node == null ? null : object(path(name), node, known);
  }

  private static JsonFields object(String path, JsonNode node, Set<String> known) {
    if (!node.isObject()) {
      throw wrongType(path, "an object");
    }
    return new JsonFields(path, node, known);
  }

  /** An object whose fields the caller has to check. */
  public @Nullable JsonFields object(String name) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isObject()) {
      throw wrongType(path(name), "an object");
    }
    return new JsonFields(path(name), node);
  }

  public boolean isText(String name) {
    JsonNode node = node(name);
    return node != null && node.isString();
  }

  public boolean isObject(String name) {
    JsonNode node = node(name);
    return node != null && node.isObject();
  }

  public boolean isArray(String name) {
    JsonNode node = node(name);
    return node != null && node.isArray();
  }

  /**
   * An object of whatever fields, as compact JSON text in its own order; null if the field is
   * missing. Its texts are checked like any other.
   */
  public @Nullable String json(String name) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isObject()) {
      throw wrongType(path(name), "an object");
    }
    return value(name);
  }

  /** Whatever the field is, as compact JSON text likewise; null if the field is missing. */
  public @Nullable String value(String name) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    checkTexts(path(name), node);
    return node.toString();
  }

  /** As deep as the body may be. */
  private static void checkTexts(String path, JsonNode node) {
    if (node.isString()) {
      text(path, node);
    } else if (node.isNumber() && !Double.isFinite(node.doubleValue(Double.NaN))) {
      throw Problem.invalid("'" + path + "' has a number that is too large").exception();
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      checkText(path, field.getKey());
      checkTexts(path, field.getValue());
    }
    if (node.isArray()) {
      node.forEach(element -> checkTexts(path, element));
    }
  }

  /**
   * The objects of an array, whose fields {@code each} has to check by {@link #only}; null if the
   * field is missing.
   */
  public <T> @Nullable List<T> variants(String name, int atMost, Function<JsonFields, T> each) {
    return array(
        name,
        atMost,
        (at, node) -> {
          if (!node.isObject()) {
            throw wrongType(at, "an object");
          }
          return each.apply(new JsonFields(at, node));
        });
  }

  /** The objects of an array; null if the field is missing. */
  public <T> @Nullable List<T> objects(
      String name, Set<String> known, int atMost, Function<JsonFields, T> each) {
    return array(name, atMost, (at, node) -> each.apply(object(at, node, known)));
  }

  /** The strings or objects of an array; null if the field is missing. */
  public <T> @Nullable List<T> textsOrObjects(
      String name,
      int atMost,
      BiFunction<String, String, T> eachText,
      Set<String> known,
      Function<JsonFields, T> eachObject) {
    return array(
        name,
        atMost,
        (at, node) -> {
          if (node.isString()) {
            return eachText.apply(at, text(at, node));
          }
          if (!node.isObject()) {
            throw wrongType(at, "a string or an object");
          }
          return eachObject.apply(object(at, node, known));
        });
  }

  /** The strings of an array; null if the field is missing. */
  public @Nullable List<String> texts(String name, int atMost) {
    return array(name, atMost, JsonFields::text);
  }

  /**
   * The strings of an object of whatever fields, in its order; null if the field is missing.
   *
   * @param keys what each field's name must match
   */
  public @Nullable Map<String, String> textsByKey(String name, Pattern keys, int atMost) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isObject()) {
      throw wrongType(path(name), "an object");
    }
    if (node.size() > atMost) {
      throw Problem.invalid("'" + path(name) + "' has more than " + atMost + " fields").exception();
    }
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String key = field.getKey();
      if (!keys.matcher(key).matches()) {
        throw Problem.invalid(
                "'%s' has the field %s; names in it are of the form %s"
                    .formatted(path(name), Excerpt.of(key), keys))
            .exception();
      }
      texts.put(key, text(path(name) + "." + key, field.getValue()));
    }
    return texts;
  }

  private <T> @Nullable List<T> array(String name, int atMost, Element<T> each) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isArray()) {
      throw wrongType(path(name), "an array");
    }
    if (node.size() > atMost) {
      throw Problem.invalid("'" + path(name) + "' has more than " + atMost + " elements")
          .exception();
    }
    List<T> elements = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      elements.add(each.read(path(name) + "[" + i + "]", node.get(i)));
    }
    return elements;
  }

  private static RuntimeException wrongType(String path, String expected) {
    return Problem.invalid("'" + path + "' must be " + expected).exception();
  }

  @FunctionalInterface
  private interface Element<T> {
    T read(String path, JsonNode node);
  }
}
