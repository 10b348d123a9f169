package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Measurement;
import io.streamrelay.benchmarks.load.Plan;
import io.streamrelay.benchmarks.load.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** 200 streams at 25 tokens per second each, through the whole chain, and from the provider. */
final class ChainScenario implements Scenario {
  private static final int STREAMS = 200;
  private static final int TOKENS = 200;
  private static final Duration INTERVAL = Duration.ofMillis(40);
  private static final Duration FIRST = Duration.ofMillis(200);

  @Override
  public String name() {
    return "chain";
  }

  @Override
  public String what() {
    return "CPU per token, delay, added time to first token, Redis connections at 200 × 25 tokens/s";
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    Relay relay = bed.relay();
    double turnSeconds = (FIRST.toMillis() + TOKENS * INTERVAL.toMillis()) / 1000.0;
    double rate = STREAMS / turnSeconds;
    int turns = (int) Math.max(STREAMS, rate * bed.settings().seconds());
    Plan plan = relay.plan().arriving(turns, rate).saying(TOKENS, INTERVAL, FIRST);
    Measurement measurement = new Measurement(plan, bed.progress());
    Report relayed;
    long gatewayConnections;
    long workerConnections;
    try (Watch watch = new Watch(bed, relay)) {
      relayed = Sound.whole(measurement.ofRelay());
      gatewayConnections = watch.gateway.get();
      workerConnections = watch.worker.get();
    }
    Report direct = Sound.whole(measurement.ofProvider(relay.provider()));
    double yardstick = direct.cpuMicrosPerToken().getOrDefault("-provider", Double.NaN);
    return List.of(
        cpu("whole chain: CPU per token", 100, 40, relayed, "all", yardstick),
        cpu("worker CPU per provider delta", 15, 8, relayed, "worker", yardstick),
        cpu("gateway CPU per event", 20, 12, relayed, "gateway", yardstick),
        Measured.atMost("delay per token, p50", "ms", 2.0, 0.6, relayed.delay().p50())
            .beside("provider asked directly", direct.delay().p50()),
        Measured.atMost("delay per token, p99", "ms", 20.0, 3.0, relayed.delay().p99())
            .beside("provider asked directly", direct.delay().p99()),
        Measured.atMost(
                "added time to first token, p50", "ms", null, 5.0, added(relayed, direct, 50))
            .beside("provider asked directly", direct.firstTokenAdded().p50()),
        Measured.atMost(
                "added time to first token, p99", "ms", 40.0, 15.0, added(relayed, direct, 99))
            .beside("provider asked directly", direct.firstTokenAdded().p99()),
        Measured.atMost("Redis connections of a gateway", "", 16.0, 8.0, known(gatewayConnections)),
        Measured.atMost("Redis connections of a worker", "", 16.0, 8.0, known(workerConnections)));
  }

  private static Measured cpu(
      String budget, double must, double aim, Report relayed, String process, double yardstick) {
    double micros = relayed.cpuMicrosPerToken().getOrDefault(process, Double.NaN);
    return Measured.atMost(budget, "µs", must, aim, micros)
        .beside("the stamped provider itself, per token", yardstick);
  }

  /** Against the provider asked directly: both were late by what the client costs. */
  private static double added(Report relayed, Report direct, int percentile) {
    Report.Millis relay = relayed.firstTokenAdded();
    Report.Millis provider = direct.firstTokenAdded();
    return percentile == 50 ? relay.p50() - provider.p50() : relay.p99() - provider.p99();
  }

  private static double known(long connections) {
    return connections < 0 ? Double.NaN : connections;
  }

  /** Looks how many connections to Redis there are, at most. */
  private static final class Watch implements AutoCloseable {
    final AtomicLong gateway = new AtomicLong(-1);
    final AtomicLong worker = new AtomicLong(-1);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    Watch(Bed bed, Relay relay) {
      int port = bed.redis().port();
      clock.scheduleAtFixedRate(
          () -> {
            gateway.accumulateAndGet(count(relay, "gateway", port), Math::max);
            worker.accumulateAndGet(count(relay, "worker-1", port), Math::max);
          },
          1,
          1,
          TimeUnit.SECONDS);
    }

    private static long count(Relay relay, String process, int port) {
      try {
        return Sockets.of(relay.process(process).pid(), port);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      clock.shutdownNow();
    }
  }
}
