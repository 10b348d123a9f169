package io.streamrelay.protocol.health;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/** The management port's rules: three routes, read only; everything else isn't there. */
final class ManagementFilter implements Filter {
  private static final Set<String> ROUTES =
      Set.of("/actuator/health/liveness", "/actuator/health/readiness", "/actuator/prometheus");
  private static final Set<String> METHODS = Set.of("GET", "HEAD");

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest asked = (HttpServletRequest) request;
    if (ROUTES.contains(asked.getServletPath()) && METHODS.contains(asked.getMethod())) {
      chain.doFilter(request, response);
    } else {
      ((HttpServletResponse) response).setStatus(HttpServletResponse.SC_NOT_FOUND);
    }
  }
}
