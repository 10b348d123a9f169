package io.streamrelay.benchmarks;

import io.streamrelay.benchmarks.load.UnfitException;
import io.streamrelay.benchmarks.prove.ProofCommandLine;
import io.streamrelay.benchmarks.prove.ProofPlan;
import io.streamrelay.benchmarks.prove.ProofReport;
import io.streamrelay.benchmarks.prove.Prover;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code ./stream-relay prove}: the report in Markdown on standard output, progress on the other.
 */
public final class Prove {
  private static final int BROKEN = 1;
  private static final int UNPROVED = 2;

  private Prove() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(System.getProperty("streamrelay.home", "")).toAbsolutePath();
    String key = System.getenv("RELAY_API_KEY");
    System.exit(run(arguments, key, home, System.out, System.err));
  }

  /**
   * Blocks until everything is proved or disproved.
   *
   * @param key API key; null in dev mode
   * @param home the project's folder
   * @param report where it goes, in Markdown
   * @param progress for what is said meanwhile, and for what is wrong with the arguments
   * @return 0: every promise was kept; 1: one was broken; 2: nothing could be proved
   */
  public static int run(
      String[] arguments, @Nullable String key, Path home, PrintStream report, PrintStream progress)
      throws IOException, InterruptedException {
    if (Arrays.asList(arguments).contains("--help") || List.of(arguments).equals(List.of("help"))) {
      report.print(ProofCommandLine.USAGE);
      return 0;
    }
    try {
      ProofPlan plan = ProofCommandLine.parse(arguments, key, home);
      Prover prover = new Prover(plan, progress);
      prover.tryOut();
      return tell(prover.run(), plan.json(), report);
    } catch (IllegalArgumentException e) {
      progress.println(e.getMessage() + "\n./stream-relay prove --help tells what there is.");
      return UNPROVED;
    } catch (UnfitException e) {
      progress.println(e.getMessage());
      return UNPROVED;
    }
  }

  private static int tell(ProofReport proved, @Nullable Path json, PrintStream report)
      throws IOException {
    report.println(proved.toMarkdown());
    if (json != null) {
      JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      Files.writeString(json, mapper.writeValueAsString(proved) + "\n");
    }
    return switch (proved.verdict()) {
      case KEPT -> 0;
      case BROKEN -> BROKEN;
      case UNPROVED -> UNPROVED;
    };
  }
}
