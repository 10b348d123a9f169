package io.streamrelay.gateway.dialect;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.streamrelay.gateway.tail.CloseReason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted of a dialect's streams. Thread-safe. */
public final class StreamMeters {
  private static final String DIALECT = "dialect";

  private static final Duration[] LAG = {
    Duration.ofNanos(250_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  private static final Duration[] FIRST_EVENT = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60)
  };

  private final Map<CloseReason, Counter> closed = new EnumMap<>(CloseReason.class);
  private final AtomicInteger active = new AtomicInteger();
  private final Counter opened;
  private final Timer lag;
  private final Timer firstEvent;

  public StreamMeters(MeterRegistry registry, Dialect dialect) {
    Gauge.builder("relay.streams.active", active, AtomicInteger::get)
        .description("Open streams")
        .tag(DIALECT, dialect.wire())
        .register(registry);
    opened =
        Counter.builder("relay.streams.opened")
            .description("Streams opened")
            .tag(DIALECT, dialect.wire())
            .register(registry);
    for (CloseReason reason : CloseReason.values()) {
      closed.put(
          reason,
          Counter.builder("relay.streams.closed")
              .description("Streams closed, by why")
              .tag(DIALECT, dialect.wire())
              .tag("reason", reason.wire())
              .register(registry));
    }
    lag =
        Timer.builder("relay.delivery.lag")
            .description(
                "From the push's arrival at this gateway until the socket took the entry. Entries"
                    + " carry no time, so the way from the append to here isn't in it.")
            .tag(DIALECT, dialect.wire())
            .serviceLevelObjectives(LAG)
            .distributionStatisticBufferLength(1) // each window costs every event
            .register(registry);
    firstEvent =
        Timer.builder("relay.time.to.first.event")
            .description(
                "From the arrival of the stream's request until the socket took its first event")
            .tag(DIALECT, dialect.wire())
            .serviceLevelObjectives(FIRST_EVENT)
            .register(registry);
  }

  public void opened() {
    active.incrementAndGet();
    opened.increment();
  }

  /** Its connection is no more; once for each that was opened. */
  public void gone() {
    active.decrementAndGet();
  }

  public void closed(CloseReason reason) {
    Objects.requireNonNull(closed.get(reason)).increment();
  }

  public void delivered(long nanos) {
    lag.record(nanos, TimeUnit.NANOSECONDS);
  }

  void firstEvent(long nanos) {
    firstEvent.record(nanos, TimeUnit.NANOSECONDS);
  }
}
