package io.streamrelay.protocol.redis;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.StoreFullException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts appends by result, how many share a round trip, and what that takes. Thread-safe. */
final class AppendMeters {
  private static final Duration[] TRIP = {
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2)
  };

  private final Counter appended;
  private final Counter gap;
  private final Counter notOpen;
  private final Counter done;
  private final Counter fenced;
  private final Counter full;
  private final Counter unavailable;
  private final DistributionSummary batch;
  private final Timer trip;

  AppendMeters(MeterRegistry registry) {
    appended = counter(registry, "appended");
    gap = counter(registry, "gap");
    notOpen = counter(registry, "not_open");
    done = counter(registry, "done");
    fenced = counter(registry, "fenced");
    full = counter(registry, "full");
    unavailable = counter(registry, "unavailable");
    batch =
        DistributionSummary.builder("relay.append.batch")
            .description("Appends sent in one round trip")
            .distributionStatisticBufferLength(1) // each window costs every round trip
            .register(registry);
    trip =
        Timer.builder("relay.append.duration")
            .description("One round trip of appends to Redis and back")
            .serviceLevelObjectives(TRIP)
            .distributionStatisticBufferLength(1) // each window costs every round trip
            .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String result) {
    return Counter.builder("relay.appends")
        .description("Appends to session streams by result")
        .tag("result", result)
        .register(registry);
  }

  /** All that were sent together are answered. */
  void tripTook(int appends, long nanos) {
    batch.record(appends);
    trip.record(nanos, TimeUnit.NANOSECONDS);
  }

  void answered(AppendResult result) {
    Counter counter =
        switch (result) {
          case AppendResult.Appended all -> appended;
          case AppendResult.Gap missing -> gap;
          case AppendResult.NotOpen none -> notOpen;
          case AppendResult.Done before -> done;
          case AppendResult.Fenced newer -> fenced;
        };
    counter.increment();
  }

  void failed(RuntimeException fault) {
    (fault instanceof StoreFullException ? full : unavailable).increment();
  }
}
