package io.streamrelay.protocol.property;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ways in which a known property's name may be written. Immutable. */
final class NamePattern {
  private final List<String> words;
  private final Pattern variable;

  NamePattern(KnownProperty property) {
    this.words = Arrays.asList(property.name().split("\\."));
    // A variable has '_' for '.', and '-' goes or becomes '_', too.
    this.variable =
        Pattern.compile(
            property
                    .name()
                    .replace(".", "_")
                    .replace("-", "_?")
                    .replace(KnownProperty.KEY, "[a-z0-9]+")
                + "(_[0-9]+)?");
  }

  /** Whether the elements of a name, indexes at its end cut off, are this property's. */
  boolean matches(List<String> given) {
    return given.size() == words.size() && startsAlike(given, given.size());
  }

  /** Whether it is a group of properties that this one is in. */
  boolean isBelow(List<String> given) {
    return given.size() < words.size() && startsAlike(given, given.size());
  }

  private boolean startsAlike(List<String> given, int count) {
    for (int i = 0; i < count; i++) {
      if (!isKey(i) && !plain(words.get(i)).equals(plain(given.get(i)))) {
        return false;
      }
    }
    return true;
  }

  /** Whether an environment variable sets it. */
  boolean matchesVariable(String name) {
    return variable.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  /** The key with a dot in it that somebody gave, {@code gpt-4.1}; null if it isn't that. */
  @Nullable String dottedKey(List<String> given) {
    int at = words.indexOf(KnownProperty.KEY);
    int after = words.size() - at - 1;
    if (at < 0 || after == 0 || given.size() <= words.size() || !startsAlike(given, at)) {
      return null;
    }
    List<String> end = given.subList(given.size() - after, given.size());
    for (int i = 0; i < after; i++) {
      if (!plain(words.get(at + 1 + i)).equals(plain(end.get(i)))) {
        return null;
      }
    }
    return String.join(".", given.subList(at, given.size() - after));
  }

  /** The name, with the key that {@code given} has in its place. */
  String nameLike(List<String> given) {
    List<String> name = new ArrayList<>(words);
    for (int i = 0; i < Math.min(name.size(), given.size()); i++) {
      if (isKey(i)) {
        name.set(i, given.get(i));
      }
    }
    return String.join(".", name);
  }

  private boolean isKey(int i) {
    return words.get(i).equals(KnownProperty.KEY);
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }
}
