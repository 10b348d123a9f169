package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Measurement;
import io.streamrelay.benchmarks.load.Plan;
import io.streamrelay.benchmarks.load.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Three times the turns that the worker's slots can take. */
final class OverloadScenario implements Scenario {
  private static final int SLOTS = 8;
  private static final int TOKENS = 25;
  private static final Duration INTERVAL = Duration.ofMillis(40);
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final double OVERLOAD = 3;

  /** Jobs that may wait: what the slots do in four seconds. */
  private static final Map<String, String> BOUNDS =
      Map.of(
          "RELAY_WORKER_SLOTS", Integer.toString(SLOTS),
          "RELAY_GATEWAY_ADMISSION_WAITINGJOBS", Integer.toString(SLOTS * 3));

  private static final double LIGHT = 0.7;

  @Override
  public String name() {
    return "overload";
  }

  @Override
  public String what() {
    return "three times the turns that fit: goodput, time of refusals, turns past their deadline";
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    Relay relay = bed.relay(1, BOUNDS);
    double turnSeconds = (FIRST.toMillis() + TOKENS * INTERVAL.toMillis()) / 1000.0;
    double capacity = SLOTS / turnSeconds;
    int seconds = bed.settings().seconds();
    Plan plan = relay.plan().saying(TOKENS, INTERVAL, FIRST);
    Plan light = plan.arriving((int) (capacity * LIGHT * seconds), capacity * LIGHT);
    Plan heavy = plan.arriving((int) (capacity * OVERLOAD * seconds), capacity * OVERLOAD);
    Report before = Sound.whole(new Measurement(light, bed.progress()).ofRelay());
    Report report = new Measurement(heavy, bed.progress()).ofRelay();
    bed.endRelay();
    List<Measured> measured = new ArrayList<>();
    measured.add(
        Measured.atLeast(
                "3× overload: goodput, of what %d slots can".formatted(SLOTS),
                "%",
                80.0,
                90.0,
                100 * report.whole() / report.seconds() / capacity)
            .beside("at 0.7×", 100 * before.whole() / before.seconds() / capacity));
    measured.add(
        Measured.atMost(
            "accepted turns that failed or passed their deadline", "", 0.0, 0.0, report.failed()));
    Report.Millis refusal = report.refusal();
    if (refusal != null) {
      measured.add(Measured.atMost("time to a refusal, p99", "ms", null, 50.0, refusal.p99()));
    }
    return measured;
  }
}
