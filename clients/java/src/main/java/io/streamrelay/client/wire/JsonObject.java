package io.streamrelay.client.wire;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that is read field by field. What is named {@code optional…} is null where the
 * field is missing or null; else, and where a field is of another kind, it is a {@link
 * MalformedAnswerException} that names the field.
 *
 * @param fields of the kinds of {@link Json}
 */
public record JsonObject(Map<String, @Nullable Object> fields) {
  public static JsonObject read(String text) {
    return of(Json.read(text), "it");
  }

  /** Of objects, each read; unmodifiable. */
  public static <T> List<T> readList(String text, Function<JsonObject, T> reading) {
    if (Json.read(text) instanceof List<?> items) {
      return all(items, "it", reading);
    }
    throw new MalformedAnswerException("it is no list");
  }

  @SuppressWarnings("unchecked") // keys are always texts
  private static JsonObject of(@Nullable Object value, String name) {
    if (value instanceof Map<?, ?> fields) {
      return new JsonObject((Map<String, @Nullable Object>) fields);
    }
    throw new MalformedAnswerException(name + " is no object");
  }

  public String text(String name) {
    return required(name, optionalText(name));
  }

  public @Nullable String optionalText(String name) {
    return optional(name, String.class);
  }

  public boolean flag(String name) {
    return required(name, optional(name, Boolean.class));
  }

  /** False where it is missing. */
  public boolean optionalFlag(String name) {
    return Boolean.TRUE.equals(optional(name, Boolean.class));
  }

  public int integer(String name) {
    long number = required(name, optionalLong(name));
    if (number != (int) number) {
      throw new MalformedAnswerException(name + " is too large");
    }
    return (int) number;
  }

  public long longer(String name) {
    return required(name, optionalLong(name));
  }

  public @Nullable Long optionalLong(String name) {
    return optional(name, Long.class);
  }

  public @Nullable BigDecimal optionalDecimal(String name) {
    Object value = fields.get(name);
    return value instanceof Long whole
        ? BigDecimal.valueOf(whole)
        : optional(name, BigDecimal.class);
  }

  public Instant time(String name) {
    return required(name, optionalTime(name));
  }

  public @Nullable Instant optionalTime(String name) {
    String text = optionalText(name);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      throw new MalformedAnswerException(name + " is no time");
    }
  }

  public JsonObject object(String name) {
    return of(fields.get(name), name);
  }

  public <T> @Nullable T optionalObject(String name, Function<JsonObject, T> reading) {
    Object value = fields.get(name);
    return value == null ? null : reading.apply(of(value, name));
  }

  /** Of objects, each read; unmodifiable, empty where it is missing. */
  public <T> List<T> list(String name, Function<JsonObject, T> reading) {
    List<?> items = optional(name, List.class);
    return items == null ? List.of() : all(items, name, reading);
  }

  private static <T> List<T> all(List<?> items, String name, Function<JsonObject, T> reading) {
    List<T> read = new ArrayList<>(items.size());
    items.forEach(item -> read.add(reading.apply(of(item, name))));
    return Collections.unmodifiableList(read);
  }

  /** Of texts by name; unmodifiable, empty where it is missing. */
  public Map<String, String> texts(String name) {
    if (fields.get(name) == null) {
      return Map.of();
    }
    Map<String, String> texts = new LinkedHashMap<>();
    JsonObject object = object(name);
    object.fields.keySet().forEach(key -> texts.put(key, object.text(key)));
    return Collections.unmodifiableMap(texts);
  }

  private <T> @Nullable T optional(String name, Class<T> kind) {
    Object value = fields.get(name);
    if (value == null || kind.isInstance(value)) {
      return kind.cast(value);
    }
    throw new MalformedAnswerException(name + " is no " + kind.getSimpleName());
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new MalformedAnswerException(name + " is missing");
    }
    return value;
  }
}
