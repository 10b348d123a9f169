package io.streamrelay.gateway.caller;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.error.ProblemWriter;
import io.streamrelay.gateway.http.CorsProperties;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;

/**
 * Finds out who asks, where there are routes for callers; the chain's rules decide what for. The
 * {@link Caller} stays with the request, so that what goes on asynchronously needs no context, and
 * a route without it answers 401 by itself.
 */
final class CallerFilter implements Filter {
  static final String ADMIN = "admin";

  private final boolean dev;
  private final CorsProperties origins;
  private final Identification identification;

  /**
   * @param origins whose pages may ask in dev mode, besides this machine's own
   */
  CallerFilter(boolean dev, CorsProperties origins, Identification identification) {
    this.dev = dev;
    this.origins = origins;
    this.identification = identification;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest asked = (HttpServletRequest) request;
    if (dev && !isLocal(asked)) {
      Problem foreign =
          new Problem(
              403,
              ErrorCode.FORBIDDEN,
              "dev mode answers only to this machine's own Host and Origin");
      ProblemWriter.write(foreign, asked, (HttpServletResponse) response);
      return;
    }
    if (ChainConfiguration.isForCallers(asked)) {
      switch (identification.identify(asked)) {
        case Identity.Known(Caller caller) -> let(caller, asked);
        case Identity.Refused(Problem why) -> Refusals.hold(why, asked);
      }
    }
    chain.doFilter(request, response);
  }

  private static void let(Caller caller, HttpServletRequest request) {
    caller.grant(request);
    List<SimpleGrantedAuthority> may =
        caller.admin() ? List.of(new SimpleGrantedAuthority(ADMIN)) : List.of();
    SecurityContext context = SecurityContextHolder.createEmptyContext();
    context.setAuthentication(new PreAuthenticatedAuthenticationToken(caller, "", may));
    SecurityContextHolder.setContext(context);
  }

  private boolean isLocal(HttpServletRequest request) {
    String host = request.getHeader("Host");
    boolean named = // by HTTP/2 it is in the address
        host == null ? request.getProtocol().equals("HTTP/2.0") : LocalAuthority.isHost(host);
    return named
        && LocalAuthority.isHost(request.getServerName())
        && Collections.list(request.getHeaders("Origin")).stream()
            .allMatch(origin -> LocalAuthority.isOrigin(origin) || origins.allows(origin));
  }
}
