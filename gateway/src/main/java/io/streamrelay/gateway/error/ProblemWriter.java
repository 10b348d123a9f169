package io.streamrelay.gateway.error;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts a problem on the wire, always as {@code application/problem+json}, whatever was accepted.
 */
public final class ProblemWriter {
  public static final String CONTENT_TYPE = "application/problem+json";
  public static final String REQUEST_ID = "x-request-id";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ProblemWriter() {}

  /** Does nothing once the answer has begun. */
  public static void write(Problem problem, HttpServletResponse response) throws IOException {
    if (response.isCommitted()) {
      return;
    }
    byte[] body = body(problem, response.getHeader(REQUEST_ID));
    response.resetBuffer();
    response.setStatus(problem.status());
    problem.headers().forEach(response::setHeader);
    response.setContentType(CONTENT_TYPE);
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /**
   * The body, with the id of the current trace if there is one.
   *
   * @param requestId null: it has none
   */
  public static byte[] body(Problem problem, @Nullable String requestId) {
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
