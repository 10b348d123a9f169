package io.streamrelay.gateway.doctor;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one server says of itself.
 *
 * @param info of INFO
 * @param config of CONFIG GET; null: this user may not ask
 */
record RedisInfo(Map<String, String> info, @Nullable Map<String, String> config) {
  /** Takes INFO's answer apart. */
  static Map<String, String> parse(String answer) {
    Map<String, String> values = new HashMap<>();
    for (String line : answer.lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0 && !line.startsWith("#")) {
        values.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return values;
  }

  String text(String name, String otherwise) {
    return info.getOrDefault(name, otherwise);
  }

  /** Of a whole number; -1: it isn't said. */
  long number(String name) {
    String text = text(name, "");
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
  }

  /** Null: it can't be asked, or the server doesn't know it. */
  @Nullable String setting(String name) {
    return config == null ? null : config.get(name);
  }
}
