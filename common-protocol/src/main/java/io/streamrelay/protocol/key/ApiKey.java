package io.streamrelay.protocol.key;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A caller's key: {@code srk_} and eight characters that are no secret, then 256 random bits. Shows
 * itself by its prefix only; {@link #reveal} is for the one moment when it is handed out, and for
 * {@link Pepper}. Immutable.
 */
public final class ApiKey {
  private static final String MARK = "srk_";
  private static final String PUBLIC = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int PUBLIC_CHARS = 8;
  private static final int SECRET_BYTES = 32;
  private static final Pattern FORM =
      Pattern.compile("(srk_[a-z0-9]{8})_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String prefix;
  private final String whole;

  private ApiKey(String prefix, String whole) {
    this.prefix = prefix;
    this.whole = whole;
  }

  /** A new key. */
  public static ApiKey make() {
    StringBuilder prefix = new StringBuilder(MARK);
    for (int i = 0; i < PUBLIC_CHARS; i++) {
      prefix.append(PUBLIC.charAt(RANDOM.nextInt(PUBLIC.length())));
    }
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    String whole = prefix + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    return new ApiKey(prefix.toString(), whole);
  }

  /** Null if it doesn't have the form of a key. */
  public static @Nullable ApiKey parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches() ? new ApiKey(form.group(1), text) : null;
  }

  /** What may be shown and stored: {@code srk_} and eight characters. */
  public String prefix() {
    return prefix;
  }

  /** The secret itself. */
  public String reveal() {
    return whole;
  }

  @Override
  public String toString() {
    return prefix + "_…";
  }
}
