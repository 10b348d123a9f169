package io.streamrelay.protocol.property;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of the names there are is meant by one that isn't there. */
final class NearestName {
  private static final int CHARS_PER_SLIP = 4;

  private NearestName() {}

  /**
   * The name with the fewest letters to change, if that is few of them; else the only one that ends
   * in the same word, such as {@code relay.worker.slots} for {@code relay.slots}. Null if none is
   * near.
   */
  static @Nullable String of(String given, List<String> names) {
    String last = lastWord(given);
    String nearest =
        names.stream()
            .min(Comparator.comparingInt((String name) -> distance(given, name)))
            .orElse(null);
    if (nearest != null
        && distance(given, nearest) <= Math.max(2, last.length() / CHARS_PER_SLIP)) {
      return nearest;
    }
    List<String> same = names.stream().filter(name -> lastWord(name).equals(last)).toList();
    return same.size() == 1 ? same.getFirst() : null;
  }

  private static String lastWord(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Levenshtein's: letters to put in, take out or replace. */
  private static int distance(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[to.length()];
  }
}
