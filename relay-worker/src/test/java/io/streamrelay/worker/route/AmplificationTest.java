package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Retries help callers and hardly burden a server that fails (F32). */
final class AmplificationTest {
  private static final int CALLS = 2000;
  private static final int AT_ONCE = 50;

  /** Retries that are there from the start, for providers that are seldom asked. */
  private static final int ALLOWANCE = 10;

  /**
   * Of ten requests in a row three fail, so the circuit, at half of them, has no reason to open.
   */
  private static final List<Integer> FAILURES = List.of(500, 502, 503, 529, 0);

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();

  private void answer(ScriptedServer.Connection connection, int number) throws IOException {
    while (true) {
      connection.readRequest();
      boolean fails = requests.getAndIncrement() % 10 < 3;
      int status = fails ? FAILURES.get(failures.getAndIncrement() % FAILURES.size()) : 200;
      if (status == 0) {
        connection.awaitClose(); // says nothing: a timeout
      } else if (fails) {
        connection.write("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
      } else {
        connection.beginEvents();
        connection.text("Hello");
        connection.finish();
        connection.endEvents();
      }
    }
  }

  @Test
  void aThirdOfFailuresIsATenthMoreOfLoad() throws Exception {
    try (ScriptedServer server = new ScriptedServer(this::answer)) {
      new ApplicationContextRunner()
          .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
          .withBean(Tracer.class, RouteParts::untraced)
          .withUserConfiguration(RouteConfiguration.class)
          .withPropertyValues(
              "relay.providers.x.type=openai-chat",
              "relay.providers.x.base-url=" + server.url(),
              "relay.providers.x.first-token-timeout=500ms",
              "relay.models.m.targets=x/m")
          .run(context -> {
            Route route = context.getBean(Routes.class).find("m");

            int answered = call(route);

            assertThat(requests.get())
                .as("requests at the server")
                .isGreaterThan(CALLS)
                .isLessThanOrEqualTo(CALLS * 11 / 10 + ALLOWANCE);
            assertThat(answered)
                .as("answers; without retries 7 of 10, and two of three retries succeed")
                .isGreaterThan(CALLS * 7 / 10 + (requests.get() - CALLS) / 2);
          });
    }
  }

  private static int call(Route route) throws Exception {
    AtomicInteger answered = new AtomicInteger();
    try (ExecutorService threads =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        calls.add(
            threads.submit(() -> {
              CollectingSink sink = new CollectingSink();
              try {
                route.generate(request(), sink, new Watched());
                assertThat(sink.text()).isEqualTo("Hello");
                answered.incrementAndGet();
              } catch (ProviderException e) {
                assertThat(Asking.isPassing(e.code())).isTrue();
              }
              return null;
            }));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }
    return answered.get();
  }

  private static ProviderRequest request() {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    return new ProviderRequest("m", List.of(), Parameters.NONE, deadline, 1);
  }
}
