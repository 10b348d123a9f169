package io.streamrelay.gateway.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/**
 * Tells browsers that pages of the origins allowed may use the API, never with cookies. All others
 * are told nothing, which has their browser keep the answer from them; no request is refused here.
 */
final class OriginsFilter extends CorsFilter {
  private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PATCH", "DELETE");
  private static final List<String> TAKEN =
      List.of(
          "Authorization",
          "Content-Type",
          "Idempotency-Key",
          "Last-Event-ID",
          "X-Relay-On-Takeover",
          "X-Relay-Session",
          "X-Relay-User",
          "traceparent",
          "x-request-id");
  private static final List<String> SHOWN =
      List.of("Location", "Retry-After", "X-Relay-Session", "x-request-id");

  /** How long a browser need not ask again; Chromium takes no more than two hours. */
  private static final Duration REMEMBERED = Duration.ofHours(2);

  OriginsFilter(CorsProperties properties) {
    super(rules(properties));
  }

  /** What one origin is told must not be kept for another, nor what is told to none. */
  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    response.addHeader("Vary", "Origin");
    super.doFilterInternal(request, response, chain);
  }

  private static CorsConfigurationSource rules(CorsProperties properties) {
    CorsConfiguration rules = new CorsConfiguration();
    rules.setAllowedOrigins(properties.allowedOrigins());
    rules.setAllowedMethods(METHODS);
    rules.setAllowedHeaders(TAKEN);
    rules.setExposedHeaders(SHOWN);
    rules.setAllowCredentials(false);
    rules.setMaxAge(REMEMBERED);
    return request -> isAllowed(request, properties) ? rules : null;
  }

  private static boolean isAllowed(HttpServletRequest request, CorsProperties properties) {
    String origin = request.getHeader("Origin");
    String path = request.getServletPath();
    return origin != null
        && properties.allows(origin)
        && (path.startsWith("/api/") || path.startsWith("/v1/"));
  }
}
