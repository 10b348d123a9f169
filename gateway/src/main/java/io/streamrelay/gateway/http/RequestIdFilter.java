package io.streamrelay.gateway.http;

import io.streamrelay.gateway.error.ProblemWriter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Names each request: the caller's {@code x-request-id} if it is a plain word, else a new one; on
 * the answer and on every log line of the request's thread. First of all filters.
 */
final class RequestIdFilter implements Filter {
  static final String MDC_KEY = "requestId";

  private static final String ATTRIBUTE = RequestIdFilter.class.getName();
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String id = idOf((HttpServletRequest) request);
    ((HttpServletResponse) response).setHeader(ProblemWriter.REQUEST_ID, id);
    try (MDC.MDCCloseable named = MDC.putCloseable(MDC_KEY, id)) {
      chain.doFilter(request, response);
    }
  }

  /** The same on the asynchronous second pass of a request. */
  private static String idOf(HttpServletRequest request) {
    if (request.getAttribute(ATTRIBUTE) instanceof String known) {
      return known;
    }
    String id = sanitized(request.getHeader(ProblemWriter.REQUEST_ID));
    request.setAttribute(ATTRIBUTE, id);
    return id;
  }

  static String sanitized(@Nullable String given) {
    return given != null && PLAIN.matcher(given).matches() ? given : UUID.randomUUID().toString();
  }
}
