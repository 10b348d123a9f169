package io.streamrelay.benchmarks.load;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code ./stream-relay bench}: loads a running system, and its provider as a baseline, and reports
 * in Markdown on standard output and in JSON.
 */
public final class Bench {
  private static final int UNCLEAN = 1;
  private static final int MISUSED = 2;

  private final Plan plan;
  private final PrintStream progress;

  private Bench(Plan plan, PrintStream progress) {
    this.plan = plan;
    this.progress = progress;
  }

  public static void main(String[] arguments) throws Exception {
    System.exit(run(arguments));
  }

  private static int run(String[] arguments) throws Exception {
    try {
      if (arguments.length > 0 && arguments[0].equals("provider")) {
        return StampedProvider.serve(Arrays.copyOfRange(arguments, 1, arguments.length));
      }
      if (arguments.length > 0 && arguments[0].matches("help|--help|-h")) {
        System.out.print(CommandLine.USAGE);
        return 0;
      }
      Plan plan = CommandLine.parse(arguments, System.getenv("RELAY_API_KEY"));
      return new Bench(plan, System.err).run();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n\n" + CommandLine.USAGE);
      return MISUSED;
    }
  }

  private int run() throws IOException, InterruptedException {
    List<Report> reports = new ArrayList<>();
    reports.add(measure("relay", Load::askGateways));
    URI provider = plan.direct();
    if (provider != null) {
      reports.add(measure("provider", load -> load.askProvider(provider)));
    }
    System.out.println(Markdown.of(reports));
    if (plan.json() != null) {
      JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      Files.writeString(plan.json(), json.writeValueAsString(reports) + "\n");
    }
    return reports.getFirst().isClean() ? 0 : UNCLEAN;
  }

  private interface Work {
    void run(Load load) throws InterruptedException;
  }

  private Report measure(String label, Work work) throws InterruptedException {
    Processes processes = new Processes(plan.processes());
    try (Load load = new Load(plan);
        Progress shown = new Progress(label, plan, load.tally(), processes, progress)) {
      long began = System.nanoTime();
      work.run(load);
      double seconds = (System.nanoTime() - began) / 1e9;
      return Report.of(label, plan, load.tally(), processes, seconds, shown.mostOpen());
    }
  }
}
