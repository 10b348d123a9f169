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
    Map<Dialect, Cost> costs = new EnumMap<>(Dialect.class);
    for (Dialect dialect : thereAndBack) {
      Report report =
          Sound.whole(new Measurement(plan.speaking(dialect), bed.progress()).ofRelay());
      costs.computeIfAbsent(dialect, d -> new Cost()).add(report);
    }
    double ours = cost(costs, Dialect.SSE).micros();
    return costs.keySet().stream()
        .filter(dialect -> dialect != Dialect.SSE)
        .map(dialect ->
            Measured.atMost(
                    "gateway CPU per event, " + dialect.word(),
                    "µs",
                    MOST_RATIO * ours,
                    null,
                    cost(costs, dialect).micros())
                .beside("our own events, per event", ours))
        .toList();
  }

  private static Cost cost(Map<Dialect, Cost> costs, Dialect dialect) {
    return costs.getOrDefault(dialect, new Cost());
  }

  /** The mean of the runs. */
  private static final class Cost {
    private double sum;
    private int runs;

    void add(Report report) {
      sum += report.cpuMicrosPerToken().getOrDefault("gateway", Double.NaN);
      runs++;
    }

    double micros() {
      return sum / runs;
    }
  }
}
