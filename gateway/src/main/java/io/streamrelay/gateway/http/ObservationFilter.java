package io.streamrelay.gateway.http;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.streamrelay.protocol.trace.TraceKeys;
import io.streamrelay.protocol.trace.Traceparent;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.servlet.HandlerMapping;

/**
 * A request as a span and in a timer, by method, route and status, until it is answered: a stream,
 * until it ends. Not its address, which holds the caller's own names of sessions, and no exception:
 * its message may hold what was sent. The span is named by OpenTelemetry's conventions for HTTP and
 * is the current one of the request's thread.
 *
 * <p>In place of Spring's own observation, which tells more, and costs a gateway that serves
 * streams as much as all its other metrics and spans together.
 */
final class ObservationFilter implements Filter {
  static final String UNKNOWN_ROUTE = "UNKNOWN";

  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  private final Tracer tracer;
  private final RequestMeters meters;

  ObservationFilter(Tracer tracer, RequestMeters meters) {
    this.tracer = tracer;
    this.meters = meters;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getDispatcherType() != DispatcherType.REQUEST) {
      chain.doFilter(request, response); // the same request, again
      return;
    }
    Observed observed = new Observed((HttpServletRequest) request, (HttpServletResponse) response);
    boolean answered = false;
    try (Scope current = observed.span.makeCurrent()) {
      chain.doFilter(request, response);
      answered = true;
    } finally {
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(observed);
      } else {
        observed.over(answered ? observed.answer.getStatus() : 500);
      }
    }
  }

  private final class Observed implements AsyncListener {
    private final long beganNanos = System.nanoTime();
    private final HttpServletRequest asked;
    private final HttpServletResponse answer;
    private final String method;
    private final Span span;

    Observed(HttpServletRequest asked, HttpServletResponse answer) {
      this.asked = asked;
      this.answer = answer;
      this.method = RequestMeters.known(asked.getMethod());
      Traceparent caller = Traceparent.read(asked.getHeader("traceparent"));
      this.span =
          tracer
              .spanBuilder(method)
              .setParent(Traceparent.parent(caller))
              .setSpanKind(SpanKind.SERVER)
              .startSpan();
    }

    void over(int status) {
      String route =
          asked.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String known
              ? known
              : UNKNOWN_ROUTE;
      if (span.isRecording()) {
        span.updateName(method + " " + route);
        span.setAttribute(METHOD, method);
        span.setAttribute(ROUTE, route);
        span.setAttribute(STATUS, status);
        if (status >= 500) {
          TraceKeys.fail(span, Integer.toString(status));
        }
      }
      span.end();
      meters.answered(method, route, status, System.nanoTime() - beganNanos);
    }

    @Override
    public void onComplete(AsyncEvent event) {
      over(answer.getStatus());
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    /** Where an answer has begun, nothing follows: a client that left its HTTP/2 stream. */
    @Override
    public void onError(AsyncEvent event) {
      if (answer.isCommitted()) {
        over(answer.getStatus());
      }
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this); // it goes on; listeners don't
    }
  }
}
