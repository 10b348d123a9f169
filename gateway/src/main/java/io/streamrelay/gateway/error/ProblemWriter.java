package io.streamrelay.gateway.error;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts a problem on the wire, whatever was accepted. Its path decides in which shape: below {@code
 * /v1} as {@link OpenAiError}, everywhere else as {@code application/problem+json}.
 */
public final class ProblemWriter {
  public static final String CONTENT_TYPE = "application/problem+json";
  public static final String REQUEST_ID = "x-request-id";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ProblemWriter() {}

  /** A problem in the shape of its path. */
  public record Written(int status, String contentType, byte[] body) {}

  /** Does nothing once the answer has begun. */
  public static void write(
      Problem problem, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (response.isCommitted()) {
      return;
    }
    String path = path(request);
    Written written = written(problem, path, response.getHeader(REQUEST_ID));
    response.resetBuffer();
    response.setStatus(written.status());
    problem.headers().forEach(response::setHeader);
    if (OpenAiError.isFor(path) && OpenAiError.isFinal(problem)) {
      response.setHeader("x-should-retry", "false");
    }
    response.setContentType(written.contentType());
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(written.body().length);
    response.getOutputStream().write(written.body());
  }

  /** The path that was asked for: the error page has one of its own. */
  private static String path(HttpServletRequest request) {
    Object asked = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    return asked instanceof String path ? path : request.getRequestURI();
  }

  /**
   * The answer to a request.
   *
   * @param path that was asked for
   * @param requestId null: it has none
   */
  public static Written written(Problem problem, String path, @Nullable String requestId) {
    if (OpenAiError.isFor(path)) {
      byte[] body = JSON.writeValueAsBytes(OpenAiError.of(problem));
      return new Written(OpenAiError.status(problem), OpenAiError.CONTENT_TYPE, body);
    }
    return new Written(problem.status(), CONTENT_TYPE, body(problem, requestId));
  }

  /** With the id of the current trace if there is one. */
  private static byte[] body(Problem problem, @Nullable String requestId) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put("title", title(problem.status()));
    body.put("status", problem.status());
    body.put("code", problem.code().wire());
    body.put("detail", problem.detail());
    body.putAll(problem.fields());
    if (requestId != null) {
      body.put("requestId", requestId);
    }
    SpanContext trace = Span.current().getSpanContext();
    if (trace.isValid()) {
      body.put("traceId", trace.getTraceId());
    }
    return JSON.writeValueAsBytes(body);
  }

  private static String title(int status) {
    HttpStatus known = HttpStatus.resolve(status);
    return known == null ? "Error" : known.getReasonPhrase();
  }
}
