package io.streamrelay.benchmarks;

import io.streamrelay.benchmarks.budget.Budgets;
import io.streamrelay.benchmarks.load.CommandLine;
import io.streamrelay.benchmarks.load.Markdown;
import io.streamrelay.benchmarks.load.Measurement;
import io.streamrelay.benchmarks.load.Plan;
import io.streamrelay.benchmarks.load.Report;
import io.streamrelay.benchmarks.load.StampedProvider;
import io.streamrelay.benchmarks.load.UnfitException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./stream-relay bench}: reports in Markdown on standard output, progress on the other. */
public final class Bench {
  private static final int UNCLEAN = 1;
  private static final int MISUSED = 2;

  private Bench() {}

  public static void main(String[] arguments) throws Exception {
    System.exit(run(arguments));
  }

  private static int run(String[] arguments) throws Exception {
    String command = arguments.length == 0 || arguments[0].startsWith("--") ? "" : arguments[0];
    String[] rest =
        command.isEmpty() ? arguments : Arrays.copyOfRange(arguments, 1, arguments.length);
    Path home = Path.of(System.getProperty("streamrelay.home", "")).toAbsolutePath();
    try {
      return switch (command) {
        case "provider" -> StampedProvider.serve(rest);
        case "budgets" -> Budgets.run(rest, home);
        case "jmh" -> jmh(rest);
        case "help" -> help();
        case "" -> Arrays.asList(rest).contains("--help") ? help() : load(rest, home);
        default -> throw new IllegalArgumentException("There is no 'bench " + command + "'.");
      };
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n./stream-relay bench help tells what there is.");
      return MISUSED;
    } catch (UnfitException e) {
      System.err.println(e.getMessage());
      return MISUSED;
    }
  }

  private static int help() {
    System.out.print(CommandLine.USAGE);
    return 0;
  }

  private static int jmh(String[] arguments) throws IOException {
    org.openjdk.jmh.Main.main(arguments);
    return 0;
  }

  private static int load(String[] arguments, Path home) throws IOException, InterruptedException {
    Plan plan = CommandLine.parse(arguments, System.getenv("RELAY_API_KEY"), home);
    Measurement.tryOut(plan);
    Measurement measurement = new Measurement(plan, System.err);
    List<Report> reports = new ArrayList<>(List.of(measurement.ofRelay()));
    URI provider = plan.direct();
    if (provider != null) {
      reports.add(measurement.ofProvider(provider));
    }
    System.out.println(Markdown.of(reports));
    if (plan.json() != null) {
      JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      Files.writeString(plan.json(), json.writeValueAsString(reports) + "\n");
    }
    return reports.getFirst().isClean() ? 0 : UNCLEAN;
  }
}
