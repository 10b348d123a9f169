package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Followers;
import io.streamrelay.benchmarks.load.Processes;
import io.streamrelay.benchmarks.load.Report;
import io.streamrelay.protocol.caller.Owner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A gateway full of readers, each following a session of its own in which two events a second
 * happen. They are appended without a worker and a provider, so that it is the gateway that is
 * measured; they say when, so that a reader knows how long one took.
 */
final class ConnectionsScenario implements Scenario {
  private static final int EVENTS_PER_SECOND = 2;
  private static final int POLL_MILLIS = 20;

  /** Whoever appends ends without waiting for its last answers. */
  private static final double LEAST_ARRIVED = 0.98;

  @Override
  public String name() {
    return "connections";
  }

  @Override
  public String what() {
    return "event streams of one gateway at two events/s each (--connections), CPU per event";
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    int count = bed.settings().connections();
    int seconds = bed.settings().seconds();
    Relay relay = bed.relay();
    // A session's turn took 1, 2 and 5; the next one's user entry is 6-0.
    AppendLoad.Sessions sessions =
        new AppendLoad.Sessions(Owner.DEV.id(), "connections-" + System.nanoTime() + "-", 6, count);
    relay.makeSessions(sessions.prefix(), count);
    try (Followers readers = new Followers(relay.gatewayPort())) {
      bed.progress().println("opening " + count + " connections");
      for (int i = 0; i < count; i++) {
        readers.open("/api/chat/" + sessions.key(i).session().value() + "/stream?follow=true");
      }
      Path out = bed.folder().resolve("connections.json");
      int rate = EVENTS_PER_SECOND * count;
      bed.progress().println("appending " + rate + " texts/s for twice " + seconds + " s");
      try (JarProcess load =
          AppendLoad.start(bed.redis().port(), "relay", sessions, rate, seconds, out)) {
        return measured(bed, relay, readers, count, load);
      }
    }
  }

  /** Looks at the second half only. */
  private static List<Measured> measured(
      Bed bed, Relay relay, Followers readers, int count, JarProcess load) throws Exception {
    long half = (long) EVENTS_PER_SECOND * count * bed.settings().seconds();
    await(readers, half, 4 * bed.settings().seconds() + 60);
    Processes processes =
        new Processes(
            Map.of(
                "gateway", List.of(relay.process("gateway").pid()),
                "redis", List.of(bed.redis().pid())));
    long before = readers.tokens();
    readers.forgetDelays();
    load.awaitEnd(Duration.ofSeconds(120 + 4L * bed.settings().seconds()));
    await(readers, 2 * half, 10);
    double events = readers.tokens() - before;
    Map<String, Processes.Use> used = processes.used();
    Report.Millis delay = readers.delay();
    if (readers.fault() != null) {
      throw new IllegalStateException(readers.fault());
    }
    if (readers.tokens() < LEAST_ARRIVED * 2 * half) {
      throw new IllegalStateException(
          "%d of %d events arrived".formatted(readers.tokens(), 2 * half));
    }
    String at = ", %d connections at %d events/s each".formatted(count, EVENTS_PER_SECOND);
    return List.of(
        Measured.atLeast(
            "SSE connections of a gateway at %d events/s each, none lost or late in order"
                .formatted(EVENTS_PER_SECOND),
            "",
            10_000.0,
            10_000.0,
            count),
        Measured.atMost(
                "gateway CPU per event" + at, "µs", 20.0, 12.0, micros(used, "gateway", events))
            .beside("Redis, per event", micros(used, "redis", events)),
        Measured.atMost("append → SSE socket, p50" + at, "ms", null, 1.0, delay.p50()),
        Measured.atMost("append → SSE socket, p99" + at, "ms", 20.0, 5.0, delay.p99()));
  }

  private static double micros(Map<String, Processes.Use> used, String process, double events) {
    Processes.Use use = used.getOrDefault(process, new Processes.Use(Duration.ZERO, 0, 0));
    return use.cpu().toNanos() / 1000.0 / events;
  }

  /** Until so many events arrived, or it is hopeless. */
  private static void await(Followers readers, long events, int seconds)
      throws InterruptedException {
    long limit = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (readers.tokens() < events && System.nanoTime() < limit) {
      if (readers.fault() != null) {
        throw new IllegalStateException(readers.fault());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
