package io.streamrelay.worker.route;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.streamrelay.protocol.model.ModelName;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties;
import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.route.RouteProperties.Circuit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** What routes are made of, without a configuration. */
final class RouteParts {
  private RouteParts() {}

  static Circuit circuit(int minCalls, Duration openFor) {
    return new Circuit(50, minCalls, Duration.ofSeconds(30), openFor);
  }

  static Tracer untraced() {
    return TracerProvider.noop().get("");
  }

  /** The providers of these tests have labels of their own. */
  static RouteMeters meters(MeterRegistry registry) {
    ModelNames none = ModelNames.of(new ModelProperties(Map.of(), true));
    return new RouteMeters(registry, RouteLabels.of(none, Set.of("x", "scripted")));
  }

  /** Asks once; no test makes its circuits open. */
  static Resilience resilience() {
    return resilience(0, circuit(1000, Duration.ofSeconds(10)), new SimpleMeterRegistry());
  }

  static Resilience resilience(int retries, Circuit circuit, MeterRegistry meters) {
    RouteProperties properties =
        new RouteProperties(
            retries,
            Duration.ofMillis(1),
            Duration.ofSeconds(2),
            0.1,
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofMillis(10),
            circuit);
    return new Resilience(properties, meters(meters));
  }

  /** A key for each. */
  static KeyedProvider ring(Provider... providers) {
    List<ApiKey> keys =
        Stream.of(providers)
            .map(provider -> new ApiKey("relay.providers.x.api-key", () -> "sk-canary", provider))
            .toList();
    return new KeyedProvider(
        "x",
        keys,
        Allowance.Limits.NONE,
        Duration.ofMinutes(1),
        Duration.ofSeconds(2),
        meters(new SimpleMeterRegistry()));
  }

  /** With the only target {@code provider/model}. */
  static Stage stage(String provider, String model, Provider asked, Resilience resilience) {
    Target target = new Target(provider, model);
    Asking asking = new Asking(asked, target, resilience, true, null);
    return new Stage(
        new ModelName("m", "m"),
        null,
        List.of(new Stage.Choice(target, 1, null, asking)),
        new ContextWindow(null));
  }

  /** Goes on with answers where it can. */
  static ResilientRoute route(Resilience resilience, Stage... stages) {
    Model model =
        new Model("m", Map.of(), List.of(), null, 40, null, null, null, null, Takeover.RESUME);
    return new ResilientRoute(model, List.of(stages), true, resilience, ThreadLocalRandom::current);
  }
}
