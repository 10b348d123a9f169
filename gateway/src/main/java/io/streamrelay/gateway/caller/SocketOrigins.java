package io.streamrelay.gateway.caller;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.CorsProperties;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whose pages may open a socket. A browser asks nobody whether a page may, and lets it read what
 * comes, so the page's origin is looked at here: the gateway's own, or one that is allowed; in dev
 * mode any of this machine. Who sends none is no browser. Thread-safe.
 */
public final class SocketOrigins {
  private static final Pattern ORIGIN = Pattern.compile("(https?)://([^/?#@]+)");
  private static final Pattern PORT = Pattern.compile("(.*):(\\d{1,5})");

  private final boolean dev;
  private final CorsProperties allowed;

  SocketOrigins(boolean dev, CorsProperties allowed) {
    this.dev = dev;
    this.allowed = allowed;
  }

  /** A problem, 403, if the request is of a page that may not. */
  public void check(HttpServletRequest request) {
    List<String> origins = Collections.list(request.getHeaders("Origin"));
    if (origins.isEmpty()) {
      return;
    }
    if (origins.size() > 1 || !allows(origins.getFirst(), request.getHeader("Host"))) {
      throw new Problem(
              403,
              ErrorCode.FORBIDDEN,
              "pages of this Origin may not open a socket; an operator allows them by"
                  + " relay.gateway.cors.allowed-origins")
          .exception();
    }
  }

  private boolean allows(String origin, @Nullable String host) {
    return allowed.allows(origin)
        || dev && LocalAuthority.isOrigin(origin)
        || host != null && isOf(origin, host);
  }

  /** Whichever scheme the gateway itself is spoken to by: a proxy may have taken TLS away. */
  private static boolean isOf(String origin, String host) {
    Matcher page = ORIGIN.matcher(origin);
    return page.matches()
        && withPort(page.group(2), page.group(1)).equals(withPort(host, page.group(1)));
  }

  private static String withPort(String authority, String scheme) {
    String plain = authority.toLowerCase(Locale.ROOT);
    return PORT.matcher(plain).matches()
        ? plain
        : plain + (scheme.equals("https") ? ":443" : ":80");
  }
}
