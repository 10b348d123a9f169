package io.streamrelay.protocol.caller;

import java.util.regex.Pattern;

/**
 * Whose sessions these are. Part of every key in Redis and of every query in PostgreSQL, so that
 * another owner's session is simply unknown.
 *
 * @param id a caller, or {@code caller/user} where the caller acts for end users; never contains a
 *     colon, brace, space or control character, so it can stand in a key
 */
public record Owner(String id) {
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~@+|=/-]{0,255}");

  /** The one owner of dev mode, which serves loopback only. */
  public static final Owner DEV = new Owner("dev");

  public Owner {
    if (!VALID.matcher(id).matches()) {
      throw new IllegalArgumentException("owner must match " + VALID.pattern());
    }
  }

  @Override
  public String toString() {
    return id;
  }
}
