package io.streamrelay.worker.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.time.PausingLoop;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.OutboxStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A publisher and its thread for each destination: one that doesn't answer keeps back no other. To
 * be started and closed once, by one thread.
 */
final class Publishers implements AutoCloseable {
  /** How long an event may wait for nothing. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final List<PausingLoop> loops;

  Publishers(List<Destination> destinations, OutboxStore store, Time time, MeterRegistry registry) {
    this.loops = destinations.stream().map(each -> loop(each, store, time, registry)).toList();
  }

  private static PausingLoop loop(
      Destination destination, OutboxStore store, Time time, MeterRegistry registry) {
    Publisher publisher =
        new Publisher(
            store,
            destination,
            time,
            () -> ThreadLocalRandom.current().nextDouble(),
            new PublisherMeters(registry, destination.name()));
    return new PausingLoop("outbox " + destination.name(), PAUSE, publisher::round);
  }

  void start() {
    loops.forEach(PausingLoop::start);
  }

  /** What is being delivered is delivered again by another worker. */
  @Override
  public void close() throws InterruptedException {
    loops.forEach(PausingLoop::stop);
    for (PausingLoop loop : loops) {
      loop.close();
    }
  }
}
