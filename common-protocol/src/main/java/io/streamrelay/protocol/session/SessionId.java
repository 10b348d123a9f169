package io.streamrelay.protocol.session;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A caller's own name for a session; unique only together with its owner.
 *
 * @param value 1 to 128 characters {@code [A-Za-z0-9._~-]}, beginning with a letter or digit, and
 *     none of the words that are routes
 */
public record SessionId(String value) {
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~-]{0,127}");
  private static final Set<String> RESERVED = Set.of("start", "streams", "sessions", "search");

  @JsonCreator
  public SessionId {
    if (!VALID.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a session id is 1 to 128 of [A-Za-z0-9._~-] and begins with a letter or digit");
    }
    if (RESERVED.contains(value)) {
      throw new IllegalArgumentException("'" + value + "' is reserved and can't be a session id");
    }
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
