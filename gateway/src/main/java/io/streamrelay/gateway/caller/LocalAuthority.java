package io.streamrelay.gateway.caller;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells this machine's own names from foreign ones, as browsers send them. A page elsewhere can
 * make its own name resolve to loopback, but its requests still carry that name.
 */
final class LocalAuthority {
  private static final String LOCAL = "(?i:localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d{1,5})?";
  private static final Pattern HOST = Pattern.compile(LOCAL);
  private static final Pattern ORIGIN = Pattern.compile("https?://" + LOCAL);

  private LocalAuthority() {}

  static boolean isHost(@Nullable String host) {
    return host != null && HOST.matcher(host).matches();
  }

  static boolean isOrigin(String origin) {
    return ORIGIN.matcher(origin).matches();
  }
}
