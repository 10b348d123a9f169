package io.streamrelay.worker.route;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the worker counts of its routes. Labels are failure codes and what {@link RouteLabels} lets
 * through, never what a caller says. Thread-safe.
 */
final class RouteMeters {
  private static final List<FailureCode> PASSING =
      List.of(
          FailureCode.PROVIDER_UNAVAILABLE,
          FailureCode.PROVIDER_RATE_LIMITED,
          FailureCode.PROVIDER_TIMEOUT,
          FailureCode.PROVIDER_TRUNCATED);
  private static final List<FailureCode> OF_KEYS =
      List.of(FailureCode.PROVIDER_AUTH, FailureCode.PROVIDER_RATE_LIMITED);
  private static final List<FailureCode> SWITCHING =
      List.of(
          FailureCode.PROVIDER_UNAVAILABLE,
          FailureCode.PROVIDER_RATE_LIMITED,
          FailureCode.PROVIDER_TIMEOUT,
          FailureCode.PROVIDER_TRUNCATED,
          FailureCode.PROVIDER_AUTH,
          FailureCode.CONTEXT_TOO_LONG);

  private final MeterRegistry registry;
  private final RouteLabels labels;
  private final Map<RouteLabels.Pair, List<Supplier<CircuitBreaker.State>>> circuits =
      new ConcurrentHashMap<>();

  RouteMeters(MeterRegistry registry, RouteLabels labels) {
    this.registry = registry;
    this.labels = labels;
    SWITCHING.forEach(this::switches);
    for (String provider : labels.providers()) {
      PASSING.forEach(reason -> retries(provider, reason));
      OF_KEYS.forEach(reason -> keysAside(provider, reason));
      limits(provider);
      fulls(provider);
    }
    for (RouteLabels.Pair pair : labels.offers()) {
      for (String kind : List.of("input", "output", "cached", "reasoning")) {
        tokens(pair, kind);
      }
      cost(pair);
    }
  }

  /** What is counted of the calls to one provider. */
  CallMeters calls(String provider, String genAiName) {
    return new CallMeters(registry, labels, provider, genAiName);
  }

  /** Another target or fallback is asked in place of one that failed. */
  void switched(FailureCode reason) {
    switches(reason).increment();
  }

  private Counter switches(FailureCode reason) {
    return Counter.builder("relay.route.switches")
        .description("Calls given to another target or a fallback before the first token")
        .tag("reason", reason.wire())
        .register(registry);
  }

  /** The same target is asked once more. */
  void retried(String provider, FailureCode reason) {
    retries(labels.provider(provider), reason).increment();
  }

  private Counter retries(String provider, FailureCode reason) {
    return Counter.builder("relay.provider.retries")
        .description("Calls made again at the same provider before the first token")
        .tag("provider", provider)
        .tag("reason", reason.wire())
        .register(registry);
  }

  /** A key is left alone for a while. */
  void keySetAside(String provider, FailureCode reason) {
    keysAside(labels.provider(provider), reason).increment();
  }

  private Counter keysAside(String provider, FailureCode reason) {
    return Counter.builder("relay.provider.keys.aside")
        .description("Keys set aside for a while")
        .tag("provider", provider)
        .tag("reason", reason.wire())
        .register(registry);
  }

  void limited(String provider) {
    limits(labels.provider(provider)).increment();
  }

  private Counter limits(String provider) {
    return Counter.builder("relay.provider.limited")
        .description("Calls not made because all keys were limited, by the provider or by us")
        .tag("provider", provider)
        .register(registry);
  }

  void bulkheadFull(String provider) {
    fulls(labels.provider(provider)).increment();
  }

  private Counter fulls(String provider) {
    return Counter.builder("relay.provider.full")
        .description("Calls not made because as many as allowed were under way")
        .tag("provider", provider)
        .register(registry);
  }

  /** Shows a circuit; of several with one label the worst. */
  void circuit(Target target, Supplier<CircuitBreaker.State> state) {
    RouteLabels.Pair pair = labels.target(target.provider(), target.model());
    circuits.computeIfAbsent(pair, this::circuits).add(state);
  }

  private List<Supplier<CircuitBreaker.State>> circuits(RouteLabels.Pair pair) {
    List<Supplier<CircuitBreaker.State>> same = new CopyOnWriteArrayList<>();
    Gauge.builder("relay.circuit.state", () -> worst(same))
        .description("0: closed, 1: half-open, 2: open, and the provider isn't asked")
        .tag("provider", pair.provider())
        .tag("model", pair.model())
        .register(registry);
    return same;
  }

  private static int worst(List<Supplier<CircuitBreaker.State>> circuits) {
    return circuits.stream().mapToInt(state -> number(state.get())).max().orElse(0);
  }

  private static int number(CircuitBreaker.State state) {
    return switch (state) {
      case CLOSED, DISABLED, METRICS_ONLY -> 0;
      case HALF_OPEN -> 1;
      case OPEN, FORCED_OPEN -> 2;
    };
  }

  /**
   * What one target of a call billed in all.
   *
   * @param model the public name that was asked for
   */
  void spent(String provider, String model, Usage usage) {
    RouteLabels.Pair pair = labels.offer(provider, model);
    count(tokens(pair, "input"), usage.inputTokens());
    count(tokens(pair, "output"), usage.outputTokens());
    count(tokens(pair, "cached"), usage.cachedTokens());
    count(tokens(pair, "reasoning"), usage.reasoningTokens());
    BigDecimal cost = usage.cost();
    if (cost != null && cost.signum() > 0) {
      cost(pair).increment(cost.doubleValue());
    }
  }

  /** A server may say anything. */
  private static void count(Counter counter, @Nullable Long tokens) {
    if (tokens != null && tokens > 0) {
      counter.increment(tokens);
    }
  }

  private Counter tokens(RouteLabels.Pair pair, String kind) {
    return Counter.builder("relay.tokens")
        .description("Tokens that providers billed; cached is part of input, reasoning of output")
        .tag("provider", pair.provider())
        .tag("model", pair.model())
        .tag("kind", kind)
        .register(registry);
  }

  private Counter cost(RouteLabels.Pair pair) {
    return Counter.builder("relay.cost.usd")
        .description("What they cost by the configured prices, where those are known")
        .tag("provider", pair.provider())
        .tag("model", pair.model())
        .register(registry);
  }
}
