package io.streamrelay.protocol.key;

import io.streamrelay.protocol.caller.CallerName;

/**
 * A key to be kept.
 *
 * @param hash by {@link Pepper#hash}
 * @param name at most 255 characters, without control characters; may be empty
 * @param trusted may name the end user it acts for
 * @param admin may use {@code /admin}
 */
public record NewKey(
    String prefix, String hash, CallerName caller, String name, boolean trusted, boolean admin) {
  public static final int MAX_NAME_CHARS = 255;

  public NewKey {
    if (name.length() > MAX_NAME_CHARS || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a key's name has at most " + MAX_NAME_CHARS + " characters and no control characters");
    }
  }
}
