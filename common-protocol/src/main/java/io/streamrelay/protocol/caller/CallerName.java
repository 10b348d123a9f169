package io.streamrelay.protocol.caller;

import java.util.regex.Pattern;

/**
 * Who holds keys: an application or a team, as the operator names it. Without a slash, so that
 * {@code caller/user} is never the name of another caller.
 */
public record CallerName(String value) {
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~@+|=-]{0,127}");

  public CallerName {
    if (!VALID.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a caller's name has 1 to 128 of A-Z a-z 0-9 . _ ~ @ + | = - and begins with a letter or"
              + " digit");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
