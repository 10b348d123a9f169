package io.streamrelay.worker.route;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.Reply;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Circuits, retries and budgets, one of each per target, and bulkheads, one per provider.
 * Thread-safe.
 */
final class Resilience {
  /** A long answer is no slow call: this must never count one. */
  private static final Duration NEVER_SLOW = Duration.ofDays(1);

  private final RouteProperties properties;
  private final CircuitBreakerRegistry circuits;
  private final RetryRegistry retries;
  private final BulkheadRegistry bulkheads = BulkheadRegistry.ofDefaults();
  private final RouteMeters meters;

  Resilience(RouteProperties properties, RouteMeters meters) {
    this.properties = checked(properties);
    this.meters = meters;
    circuits = CircuitBreakerRegistry.of(circuitConfig(properties.circuit()));
    retries = RetryRegistry.of(retryConfig(properties));
  }

  private static RouteProperties checked(RouteProperties properties) {
    RouteProperties.Circuit circuit = properties.circuit();
    check(properties.retries() >= 0, "retries", "must not be negative");
    check(!properties.backoff().isNegative(), "backoff", "must not be negative");
    check(!properties.maxRetryAfter().isNegative(), "max-retry-after", "must not be negative");
    check(properties.retryBudget() >= 0, "retry-budget", "must not be negative");
    check(properties.firstTokenBudget().isPositive(), "first-token-budget", "must be positive");
    check(properties.keyAside().isPositive(), "key-aside", "must be positive");
    check(!properties.fullWait().isNegative(), "full-wait", "must not be negative");
    boolean rate = circuit.failureRate() > 0 && circuit.failureRate() <= 100;
    check(rate, "circuit.failure-rate", "must be over 0 and at most 100");
    check(circuit.minCalls() >= 1, "circuit.min-calls", "must be at least 1");
    check(circuit.window().toSeconds() >= 1, "circuit.window", "must be at least 1s");
    check(circuit.openFor().toMillis() >= 1, "circuit.open-for", "must be positive");
    return properties;
  }

  private static void check(boolean right, String property, String problem) {
    if (!right) {
      throw new PropertyException("relay.route." + property, problem);
    }
  }

  private static CircuitBreakerConfig circuitConfig(RouteProperties.Circuit circuit) {
    return CircuitBreakerConfig.custom()
        .slidingWindowType(SlidingWindowType.TIME_BASED)
        .slidingWindowSize((int) Math.max(1, circuit.window().toSeconds()))
        .minimumNumberOfCalls(circuit.minCalls())
        .failureRateThreshold(circuit.failureRate())
        .slowCallDurationThreshold(NEVER_SLOW)
        .waitDurationInOpenState(circuit.openFor())
        .permittedNumberOfCallsInHalfOpenState(3)
        // By itself: what is said of an open circuit keeps callers away who could close it.
        .automaticTransitionFromOpenToHalfOpenEnabled(true)
        .build();
  }

  private static RetryConfig retryConfig(RouteProperties properties) {
    return RetryConfig.<Reply>custom()
        .maxAttempts(properties.retries() + 1)
        .intervalBiFunction((tries, outcome) -> waitMillis(properties, tries, outcome))
        .build();
  }

  private static long waitMillis(
      RouteProperties properties, int tries, Either<Throwable, Reply> outcome) {
    long whole = properties.backoff().toMillis() << Math.min(tries - 1, 10);
    long jittered = whole / 2 + ThreadLocalRandom.current().nextLong(whole / 2 + 1);
    boolean asked =
        outcome.isLeft()
            && outcome.getLeft() instanceof ProviderException failure
            && failure.retryAfter() != null;
    if (!asked) {
      return jittered;
    }
    Duration wait = ((ProviderException) outcome.getLeft()).retryAfter();
    return wait == null ? jittered : Math.max(wait.toMillis(), jittered);
  }

  CircuitBreaker circuit(Target target) {
    return circuits.circuitBreaker(target.label());
  }

  /** Has {@code listener} called whenever a circuit opens or closes, on any thread. */
  void onCircuitChange(Runnable listener) {
    circuits
        .getAllCircuitBreakers()
        .forEach(circuit -> circuit.getEventPublisher().onStateTransition(e -> listener.run()));
  }

  /** Of a provider, for all its targets. */
  Bulkhead bulkhead(String provider, int maxConcurrent) {
    return bulkheads.bulkhead(
        provider,
        BulkheadConfig.custom()
            .maxConcurrentCalls(maxConcurrent)
            .maxWaitDuration(properties.fullWait())
            .build());
  }

  Retry retry(Target target) {
    return retries.retry(target.label());
  }

  RetryBudget budget() {
    return new RetryBudget(properties.retryBudget());
  }

  Duration maxRetryAfter() {
    return properties.maxRetryAfter();
  }

  Duration firstTokenBudget() {
    return properties.firstTokenBudget();
  }

  Duration keyAside() {
    return properties.keyAside();
  }

  RouteMeters meters() {
    return meters;
  }
}
