package io.streamrelay.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the suite measured, written to {@code target/faults/report.json} and {@code report.md} with
 * each figure. A figure that misses its aim is told, and fails no test: machines differ.
 * Thread-safe.
 */
final class Figures {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final List<Figure> FIGURES = new ArrayList<>(); // guarded by the class

  /**
   * A figure.
   *
   * @param fault its number in docs/faults.md
   * @param aim in words; null: none
   * @param met whether it was reached
   */
  record Figure(String fault, String what, String value, @Nullable String aim, boolean met) {}

  private Figures() {}

  static void tell(String fault, String what, String value, @Nullable String aim, boolean met) {
    synchronized (Figures.class) {
      FIGURES.removeIf(figure -> figure.fault().equals(fault) && figure.what().equals(what));
      FIGURES.add(new Figure(fault, what, value, aim, met));
      FIGURES.sort(Comparator.comparingInt(Figures::number));
      write();
    }
    System.out.printf(
        "faults: %s %s: %s%s%n",
        fault, what, value, aim == null ? "" : " (aim: " + aim + (met ? ")" : ", NOT MET)"));
  }

  static void within(String fault, String what, Duration value, Duration most) {
    tell(fault, what, seconds(value), "<= " + seconds(most), value.compareTo(most) <= 0);
  }

  /** Of no times: told as such. */
  static void quantiles(
      String fault, String what, List<Duration> times, Duration mostP50, Duration mostP99) {
    if (times.isEmpty()) {
      tell(fault, what, "none", null, true);
      return;
    }
    Duration p50 = quantile(times, 0.5);
    Duration p99 = quantile(times, 0.99);
    tell(
        fault,
        what,
        "p50 %s, p99 %s of %d".formatted(seconds(p50), seconds(p99), times.size()),
        "p50 <= %s, p99 <= %s".formatted(seconds(mostP50), seconds(mostP99)),
        p50.compareTo(mostP50) <= 0 && p99.compareTo(mostP99) <= 0);
  }

  static Duration quantile(List<Duration> times, double share) {
    List<Duration> sorted = times.stream().sorted().toList();
    int at = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.clamp(at, 0, sorted.size() - 1));
  }

  private static String seconds(Duration time) {
    return time.compareTo(Duration.ofSeconds(1)) < 0
        ? time.toMillis() + " ms"
        : String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1000.0);
  }

  private static int number(Figure figure) {
    return Integer.parseInt(figure.fault().substring(1));
  }

  private static void write() {
    StringBuilder table =
        new StringBuilder("| | figure | measured | aim | met |\n|---|---|---|---|---|\n");
    for (Figure figure : FIGURES) {
      table.append(
          "| %s | %s | %s | %s | %s |\n"
              .formatted(
                  figure.fault(),
                  figure.what(),
                  figure.value(),
                  figure.aim() == null ? "" : figure.aim(),
                  figure.met() ? "yes" : "NO"));
    }
    try {
      Files.createDirectories(FaultySystem.folder());
      Files.writeString(FaultySystem.folder().resolve("report.md"), table);
      Files.writeString(
          FaultySystem.folder().resolve("report.json"),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(FIGURES));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
