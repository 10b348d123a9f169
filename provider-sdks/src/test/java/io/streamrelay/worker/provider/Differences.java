package io.streamrelay.worker.provider;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Where two JSON values differ: what ours and theirs is, by its path. */
public final class Differences {
  private Differences() {}

  /** Such as {@code {"/max_tokens": "7, theirs none"}}. */
  public static Map<String, String> between(JsonNode ours, JsonNode theirs) {
    Map<String, String> differences = new TreeMap<>();
    compare("", ours, theirs, differences);
    return differences;
  }

  private static void compare(
      String path,
      @Nullable JsonNode ours,
      @Nullable JsonNode theirs,
      Map<String, String> differences) {
    if (ours != null && theirs != null && ours.isObject() && theirs.isObject()) {
      Set<String> names = new TreeSet<>(ours.propertyNames());
      names.addAll(theirs.propertyNames());
      names.forEach(
          name -> compare(path + "/" + name, ours.get(name), theirs.get(name), differences));
    } else if (ours != null && theirs != null && ours.isArray() && theirs.isArray()) {
      for (int i = 0; i < Math.max(ours.size(), theirs.size()); i++) {
        compare(path + "/" + i, ours.get(i), theirs.get(i), differences);
      }
    } else if (ours == null || !ours.equals(theirs)) {
      differences.put(path, said(ours) + ", theirs " + said(theirs));
    }
  }

  private static String said(@Nullable JsonNode value) {
    return value == null ? "none" : value.toString();
  }
}
