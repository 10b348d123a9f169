package io.streamrelay.gateway.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import io.streamrelay.protocol.metric.ModelLabels;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Answered requests, by Spring's usual name and labels, each of a closed set. Thread-safe. */
final class RequestMeters {
  private final MeterRegistry registry;
  private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

  private record Kind(String method, String route, int status) {}

  RequestMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** The method, or what stands for all that a caller may make up. */
  static String known(String method) {
    return AnswerHeadersFilter.METHODS.contains(method) ? method : ModelLabels.OTHER;
  }

  /**
   * A request's answer is complete.
   *
   * @param method a {@link #known} one
   * @param route as it is written, never an address
   */
  void answered(String method, String route, int status, long nanos) {
    timers
        .computeIfAbsent(new Kind(method, route, status), this::register)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer register(Kind kind) {
    return Timer.builder("http.server.requests")
        .description("Requests that were answered")
        .tag("method", kind.method)
        .tag("uri", kind.route)
        .tag("status", Integer.toString(kind.status))
        .tag("outcome", Outcome.forStatus(kind.status).name())
        .register(registry);
  }
}
