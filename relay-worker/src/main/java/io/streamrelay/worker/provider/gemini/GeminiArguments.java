package io.streamrelay.worker.provider.gemini;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.BoundedJson;
import io.streamrelay.worker.provider.ProviderException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Joins the arguments of a function call that come in pieces, each a value at a path such as {@code
 * $.places[0].name}; texts at one path are joined. Bounded as a frame is.
 *
 * <p>Not thread-safe: owned by the decoder.
 */
final class GeminiArguments {
  private static final Pattern STEP =
      Pattern.compile("\\.([^.\\[\\]]+)|(\\[[0-9]+])|\\['([^']*)']");
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_STEPS = 32;

  private final Map<String, Object> values = new LinkedHashMap<>();
  private int chars;

  /**
   * A value at a path.
   *
   * @param value a text, a number, a boolean or null
   */
  record Piece(String path, @Nullable Object value) {}

  /** Throws {@code output_limit} at the bound. */
  void add(Piece piece) throws ProviderException {
    String text = piece.value instanceof String string ? string : null;
    chars += piece.path.length() + (text == null ? 1 : text.length());
    if (chars > BoundedJson.MAX_BYTES) {
      throw new ProviderException(
          FailureCode.OUTPUT_LIMIT,
          "the provider sent arguments over " + BoundedJson.MAX_BYTES + " bytes");
    }
    if (text != null && values.get(piece.path) instanceof StringBuilder before) {
      before.append(text);
    } else {
      values.put(piece.path, text == null ? new Single(piece.value) : new StringBuilder(text));
    }
  }

  /** What a path that isn't text holds. */
  private record Single(@Nullable Object value) {}

  /** All so far, as a JSON object. */
  String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    values.forEach((path, value) -> put(root, path, value));
    return JSON.writeValueAsString(withArrays(root));
  }

  /** Objects and arrays alike are maps at first, with keys such as {@code [0]} for an array's. */
  private static void put(Map<String, Object> root, String path, Object value) {
    Map<String, Object> at = root;
    String key = null;
    Matcher steps = STEP.matcher(path);
    for (int step = 0; step < MAX_STEPS && steps.find(); step++) {
      if (key != null) {
        at = inner(at, key);
      }
      key = steps.group(1) != null ? steps.group(1) : steps.group(2);
      key = key != null ? key : steps.group(3);
    }
    if (key != null) {
      at.put(key, value);
    }
  }

  @SuppressWarnings("unchecked") // only maps of ours are put
  private static Map<String, Object> inner(Map<String, Object> at, String key) {
    if (!(at.get(key) instanceof Map)) {
      at.put(key, new LinkedHashMap<String, Object>());
    }
    return (Map<String, Object>) at.get(key);
  }

  private static @Nullable Object withArrays(@Nullable Object value) {
    if (value instanceof Single(Object single)) {
      return single;
    }
    if (value instanceof StringBuilder text) {
      return text.toString();
    }
    if (!(value instanceof Map<?, ?> map)) {
      return value;
    }
    if (!map.isEmpty() && map.keySet().stream().allMatch(key -> key.toString().startsWith("["))) {
      return map.values().stream().map(GeminiArguments::withArrays).toList();
    }
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    map.forEach((key, inner) -> object.put(key.toString(), withArrays(inner)));
    return object;
  }
}
