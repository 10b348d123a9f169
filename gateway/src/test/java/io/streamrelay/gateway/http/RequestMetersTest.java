package io.streamrelay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class RequestMetersTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final RequestMeters meters = new RequestMeters(registry);

  @Test
  void methods_thatCallersMakeUpAreOne() {
    for (int i = 0; i < 100; i++) {
      meters.answered(RequestMeters.known("HACK-" + i), "UNKNOWN", 405, 1);
    }

    assertThat(registry.getMeters()).hasSize(1);
    assertThat(registry.get("http.server.requests").tag("method", "other").timer().count())
        .isEqualTo(100);
  }

  @Test
  void outcome_followsTheStatus() {
    meters.answered(RequestMeters.known("GET"), "/api/models", 200, 1);
    meters.answered(RequestMeters.known("GET"), "/api/models", 503, 1);

    for (String outcome : new String[] {"SUCCESS", "SERVER_ERROR"}) {
      assertThat(registry.get("http.server.requests").tag("outcome", outcome).timer().count())
          .isOne();
    }
  }
}
