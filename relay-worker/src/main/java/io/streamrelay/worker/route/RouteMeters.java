package io.streamrelay.worker.route;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.event.FailureCode;

/**
 * What the worker counts of its routes. Labels are failure codes and configured keys, never what a
 * caller says. Thread-safe.
 */
final class RouteMeters {
  private final MeterRegistry registry;

  RouteMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Another target or fallback is asked in place of one that failed. */
  void switched(FailureCode reason) {
    Counter.builder("relay.route.switches")
        .description("Calls given to another target or a fallback before the first token")
        .tag("reason", reason.wire())
        .register(registry)
        .increment();
  }

  /** A key is left alone for a while. */
  void keySetAside(String provider, FailureCode reason) {
    Counter.builder("relay.provider.keys.aside")
        .description("Keys set aside for a while")
        .tag("provider", provider)
        .tag("reason", reason.wire())
        .register(registry)
        .increment();
  }

  void limited(String provider) {
    Counter.builder("relay.provider.limited")
        .description("Calls not made because all keys were limited, by the provider or by us")
        .tag("provider", provider)
        .register(registry)
        .increment();
  }

  void bulkheadFull(String provider) {
    Counter.builder("relay.provider.full")
        .description("Calls not made because as many as allowed were under way")
        .tag("provider", provider)
        .register(registry)
        .increment();
  }
}
