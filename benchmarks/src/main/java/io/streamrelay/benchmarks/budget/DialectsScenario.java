package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Dialect;
import io.streamrelay.benchmarks.load.Measurement;
import io.streamrelay.benchmarks.load.Plan;
import io.streamrelay.benchmarks.load.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The load of the chain in the words of each dialect, there and back ({@code a b c c b a}), so that
 * a machine that grows slower or faster favours none.
 */
final class DialectsScenario implements Scenario {
  private static final int STREAMS = 200;
  private static final int TOKENS = 200;
  private static final Duration INTERVAL = Duration.ofMillis(40);
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final double MOST_RATIO = 1.5;

  @Override
  public String name() {
    return "dialects";
  }

  @Override
  public String what() {
    return "gateway CPU per event in the words of each dialect at 200 × 25 tokens/s";
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    Relay relay = bed.relay();
    double rate = STREAMS / ((FIRST.toMillis() + TOKENS * INTERVAL.toMillis()) / 1000.0);
    int turns = (int) Math.max(STREAMS, rate * bed.settings().seconds());
    Plan plan = relay.plan().arriving(turns, rate).saying(TOKENS, INTERVAL, FIRST);
    List<Dialect> thereAndBack = new ArrayList<>(List.of(Dialect.values()));
    for (Dialect dialect : thereAndBack) {
      // Code that only this one takes is still slow.
      new Measurement(plan.arriving(STREAMS, STREAMS).speaking(dialect), bed.progress()).ofRelay();
    }
    thereAndBack.addAll(thereAndBack.reversed());
    Map<Dialect, Double> costs = new EnumMap<>(Dialect.class); // the mean of both ways
    for (Dialect dialect : thereAndBack) {
      Report report =
          Sound.whole(new Measurement(plan.speaking(dialect), bed.progress()).ofRelay());
      double micros = report.cpuMicrosPerToken().getOrDefault("gateway", Double.NaN);
      costs.merge(dialect, micros / 2, Double::sum);
    }
    double ours = costs.getOrDefault(Dialect.SSE, Double.NaN);
    return costs.entrySet().stream()
        .filter(cost -> cost.getKey() != Dialect.SSE)
        .map(cost ->
            Measured.atMost(
                    "gateway CPU per event, " + cost.getKey().word(),
                    "µs",
                    MOST_RATIO * ours,
                    null,
                    cost.getValue())
                .beside("our own events, per event", ours))
        .toList();
  }
}
