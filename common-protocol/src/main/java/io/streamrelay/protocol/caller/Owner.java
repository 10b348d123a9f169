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
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9._~@+|=/-]{1,127}");
  private static final char SEPARATOR = '/';

  /** The owner of dev mode, which serves loopback only. */
  public static final Owner DEV = new Owner("dev");

  public Owner {
    if (!VALID.matcher(id).matches()) {
      throw new IllegalArgumentException("owner must match " + VALID.pattern());
    }
  }

  /** The caller itself. */
  public static Owner of(CallerName caller) {
    return new Owner(caller.value());
  }

  /**
   * An end user of a caller. No two pairs of caller and user have the same owner.
   *
   * @param user the caller's own id for the user; IllegalArgumentException says the rule
   */
  public static Owner of(CallerName caller, String user) {
    if (!USER.matcher(user).matches()) {
      throw new IllegalArgumentException(
          "a user's id has 1 to 127 of A-Z a-z 0-9 . _ ~ @ + | = / -");
    }
    return new Owner(caller.value() + SEPARATOR + user);
  }

  /** The caller, whichever of its users this is: all before the first slash. */
  public CallerName caller() {
    int end = id.indexOf(SEPARATOR);
    return new CallerName(end < 0 ? id : id.substring(0, end));
  }

  @Override
  public String toString() {
    return id;
  }
}
