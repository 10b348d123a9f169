package io.streamrelay.benchmarks.budget;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of results: one JSON file per scenario, with its latest run, and a table of all of
 * them.
 */
final class Results {
  private static final double QUIET = 0.3;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Path folder;

  /**
   * One scenario's latest run.
   *
   * @param machine processors, memory and Java
   * @param foreignCores processors that other programs kept busy meanwhile; negative: unknown
   */
  record Run(
      String scenario, String date, String machine, double foreignCores, List<Measured> measured) {}

  Results(Path folder) {
    this.folder = folder;
  }

  void write(String scenario, List<Measured> measured, double foreignCores) throws IOException {
    Files.createDirectories(folder);
    Run run = new Run(scenario, LocalDate.now().toString(), machine(), foreignCores, measured);
    Files.writeString(folder.resolve(scenario + ".json"), JSON.writeValueAsString(run) + "\n");
    Files.writeString(folder.resolve("README.md"), table(runs()));
  }

  private List<Run> runs() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(file -> JSON.readValue(file.toFile(), Run.class))
          .toList();
    }
  }

  static String table(List<Run> runs) {
    StringBuilder text = new StringBuilder("# Budgets, as measured last\n\n");
    text.append("Written by `./stream-relay bench budgets`; see [the method](../README.md).\n");
    for (Run run : runs) {
      text.append(
          "\n## `bench budgets %s`\n\n%s, %s%s\n\n"
              .formatted(run.scenario(), run.date(), run.machine(), load(run.foreignCores())));
      text.append(Measured.HEAD);
      run.measured().forEach(measured -> text.append(measured.row()));
    }
    return text.toString();
  }

  private static String load(double foreignCores) {
    if (foreignCores < 0) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "; other programs kept %.1f processors busy%s",
        foreignCores,
        foreignCores > QUIET ? ": **measured under load**, times are not to be trusted" : "");
  }

  private static String machine() {
    Runtime runtime = Runtime.getRuntime();
    return "%s %s, %d processors, Java %s"
        .formatted(
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            runtime.availableProcessors(),
            System.getProperty("java.version"));
  }
}
