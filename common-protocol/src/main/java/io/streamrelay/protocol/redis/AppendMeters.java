package io.streamrelay.protocol.redis;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.StoreFullException;

/** Counts appends by result, and how many share a round trip. Thread-safe. */
final class AppendMeters {
  private final Counter appended;
  private final Counter gap;
  private final Counter notOpen;
  private final Counter done;
  private final Counter fenced;
  private final Counter full;
  private final Counter unavailable;
  private final DistributionSummary batch;

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
            .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String result) {
    return Counter.builder("relay.appends")
        .description("Appends to session streams by result")
        .tag("result", result)
        .register(registry);
  }

  void sent(int appends) {
    batch.record(appends);
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
