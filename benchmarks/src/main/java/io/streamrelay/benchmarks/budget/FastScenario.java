package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Measurement;
import io.streamrelay.benchmarks.load.Plan;
import io.streamrelay.benchmarks.load.Report;
import java.time.Duration;
import java.util.List;

/** 500 streams within a second, as fast as the provider can. */
final class FastScenario implements Scenario {
  private static final int STREAMS = 500;
  private static final int TOKENS = 2000;
  private static final int PER_SECOND = 500;

  @Override
  public String name() {
    return "fast";
  }

  @Override
  public String what() {
    return "CPU per token of 500 streams begun within a second, as fast as the provider can";
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    Relay relay = bed.relay();
    Plan plan =
        relay.plan().arriving(STREAMS, PER_SECOND).saying(TOKENS, Duration.ZERO, Duration.ZERO);
    Measurement measurement = new Measurement(plan, bed.progress());
    measurement.ofRelay(); // the first time is slow in other places than the paced ones
    Report relayed = Sound.accepted(measurement.ofRelay());
    Report direct = Sound.whole(measurement.ofProvider(relay.provider()));
    return List.of(
        Measured.atMost(
                "whole chain, as fast as the provider can: CPU per token",
                "µs",
                12.0,
                4.0,
                relayed.cpuMicrosPerToken().getOrDefault("all", Double.NaN))
            .beside(
                "the stamped provider itself, per token",
                direct.cpuMicrosPerToken().getOrDefault("-provider", Double.NaN)),
        Measured.plain("tokens per second then", "k", relayed.tokens() / relayed.seconds() / 1000)
            .beside("provider asked directly", direct.tokens() / direct.seconds() / 1000),
        Measured.plain("turns refused then, of " + STREAMS, "", relayed.refused())
            .beside("provider asked directly", direct.refused()));
  }
}
