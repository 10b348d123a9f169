package io.streamrelay.gateway.caller;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.error.ProblemWriter;
import io.streamrelay.protocol.caller.Owner;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request may go on, and for which owner: the rules in their order, the last one
 * refuses. What it grants is a request attribute; a route without it answers 401 by itself, so a
 * path that slipped past these rules still gets nothing.
 */
final class CallerFilter implements Filter {
  /** The {@link Owner} of the request. */
  static final String OWNER = CallerFilter.class.getName() + ".owner";

  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  private final boolean dev;

  CallerFilter(boolean dev) {
    this.dev = dev;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Problem refusal = refusal((HttpServletRequest) request);
    if (refusal != null) {
      ProblemWriter.write(refusal, (HttpServletResponse) response);
      return;
    }
    chain.doFilter(request, response);
  }

  private @Nullable Problem refusal(HttpServletRequest request) {
    if (dev && !isLocal(request)) {
      return new Problem(
          403, ErrorCode.FORBIDDEN, "dev mode answers only to this machine's own Host and Origin");
    }
    String path = request.getServletPath();
    if (path.equals("/api") || path.startsWith("/api/")) {
      if (!dev) {
        return unauthorized();
      }
      request.setAttribute(OWNER, Owner.DEV);
      return null;
    }
    if (READING.contains(request.getMethod())) {
      return null; // the static page; what isn't there is 404
    }
    return Problem.notFound("there is nothing here");
  }

  private static boolean isLocal(HttpServletRequest request) {
    return LocalAuthority.isHost(request.getHeader("Host"))
        && LocalAuthority.isHost(request.getServerName())
        && Collections.list(request.getHeaders("Origin")).stream()
            .allMatch(LocalAuthority::isOrigin);
  }

  static Problem unauthorized() {
    return new Problem(401, ErrorCode.UNAUTHORIZED, "this gateway knows no caller of that kind")
        .withHeader("WWW-Authenticate", "Bearer");
  }
}
