package io.streamrelay.protocol.token;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * 256 random bits that open the streams of one session, or sockets. Never shows itself; {@link
 * #reveal} is for the one moment when it is handed out. Immutable.
 */
public final class StreamToken {
  private static final int BYTES = 32;
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String text;

  private StreamToken(String text) {
    this.text = text;
  }

  /** A new token. */
  public static StreamToken make() {
    byte[] secret = new byte[BYTES];
    RANDOM.nextBytes(secret);
    return new StreamToken(Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** Null if it doesn't have the form of a token. */
  public static @Nullable StreamToken parse(String text) {
    return FORM.matcher(text).matches() ? new StreamToken(text) : null;
  }

  /** The secret itself: 43 characters, good in an address. */
  public String reveal() {
    return text;
  }

  @Override
  public String toString() {
    return "StreamToken[…]";
  }
}
