package io.streamrelay.gateway.http;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.error.ProblemWriter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/**
 * Sets what keeps a browser from doing more with an answer than show it, and refuses the methods
 * nothing here takes (the servlet's own TRACE would echo headers).
 */
final class AnswerHeadersFilter implements Filter {
  /** All that are taken anywhere. */
  static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action"
          + " 'self'";

  /** Swagger UI's style sheet has its icons as data in it. */
  private static final String SWAGGER_UI_POLICY =
      CONTENT_SECURITY_POLICY + "; img-src 'self' data:";

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest asked = (HttpServletRequest) request;
    HttpServletResponse answer = (HttpServletResponse) response;
    answer.setHeader("Content-Security-Policy", policy(asked));
    answer.setHeader("X-Content-Type-Options", "nosniff");
    answer.setHeader("X-Frame-Options", "DENY");
    answer.setHeader("Referrer-Policy", "no-referrer");
    answer.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    answer.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    String path = asked.getServletPath();
    if (path.startsWith("/api/") || path.startsWith("/v1/")) {
      answer.setHeader("Cache-Control", "no-store");
    }
    if (!METHODS.contains(asked.getMethod())) {
      Problem problem =
          new Problem(405, ErrorCode.INVALID_REQUEST, "this method isn't taken anywhere here");
      ProblemWriter.write(problem.withHeader("Allow", "GET, HEAD, OPTIONS, POST"), asked, answer);
      return;
    }
    chain.doFilter(request, response);
  }

  private static String policy(HttpServletRequest asked) {
    return asked.getServletPath().startsWith("/swagger-ui/")
        ? SWAGGER_UI_POLICY
        : CONTENT_SECURITY_POLICY;
  }
}
