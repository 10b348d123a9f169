package io.streamrelay.benchmarks.budget;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code ./stream-relay bench budgets}: runs scenarios, and writes down what comes out. */
public final class Budgets {
  private static final int MISSED = 1;

  private static final List<Scenario> ALL =
      List.of(
          AppendCost.OF_REDIS,
          AppendCost.OF_WORKER,
          new ChainScenario(),
          new FastScenario(),
          new DialectsScenario(),
          new OpenScenario(),
          new IdleScenario(),
          new ConnectionsScenario(),
          new CancelScenario(),
          new TakeoverScenario(),
          new StalledScenario(),
          new OverloadScenario(),
          new ObservedScenario(),
          new SizeScenario());

  private Budgets() {}

  /**
   * @param home the project's folder, under which the jars lie
   * @return the exit code: 0 if every budget that must hold held, 1 if one didn't or wasn't
   *     measured
   */
  public static int run(String[] arguments, Path home) throws Exception {
    if (arguments.length > 0 && arguments[0].matches("help|--help|-h")) {
      System.out.print(usage());
      return 0;
    }
    Settings settings = Settings.parse(arguments, home);
    List<Scenario> chosen = chosen(settings.scenarios());
    Results results = new Results(settings.results());
    List<Measured> all = new ArrayList<>();
    boolean broken = false;
    try (Bed bed = new Bed(home, settings, System.err)) {
      for (Scenario scenario : chosen) {
        System.err.println("\n" + scenario.name() + ": " + scenario.what());
        try {
          List<Measured> measured = bed.watched(() -> scenario.run(bed));
          results.write(scenario.name(), measured, bed.foreignCores());
          all.addAll(measured);
        } catch (IllegalStateException e) {
          System.err.println(scenario.name() + " could not be measured: " + e.getMessage());
          broken = true;
        }
      }
    }
    System.out.print(Measured.HEAD);
    all.forEach(measured -> System.out.print(measured.row()));
    System.err.println("\nwritten to " + settings.results());
    return broken || all.stream().anyMatch(Measured::isMissed) ? MISSED : 0;
  }

  private static List<Scenario> chosen(List<String> names) {
    if (names.isEmpty()) {
      return ALL;
    }
    List<Scenario> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(
          ALL.stream()
              .filter(scenario -> scenario.name().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "There is no budget '" + name + "'; there are " + names() + ".")));
    }
    return chosen;
  }

  private static String names() {
    return String.join(", ", ALL.stream().map(Scenario::name).toList());
  }

  private static String usage() {
    StringBuilder text = new StringBuilder();
    text.append("./stream-relay bench budgets [name …] [options]   all of them if none is named\n");
    for (Scenario scenario : ALL) {
      text.append(String.format(Locale.ROOT, "  %-14s %s%n", scenario.name(), scenario.what()));
    }
    text.append(
        """
          --seconds N    each load goes on for, 20 by default
          --warm-up N    seconds before a system that was just started is measured, 60 by default
          --open N       streams or connections open at once, 1000 by default
          --connections N  event streams of one gateway, 10000 by default
          --stalled N    readers that stop reading, 1000 by default
          --results DIR  benchmarks/results in the project by default

        It starts its own Redis, PostgreSQL, gateway, workers and provider, on free ports.
        Exit code: 0 if every budget that must hold held, 1 if one was missed or not measured.
        """);
    return text.toString();
  }
}
