package io.streamrelay.benchmarks.prove;

import io.streamrelay.benchmarks.load.LocalProcesses;
import io.streamrelay.benchmarks.load.Options;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Reads the options. Each refusal names the option, what was given and what is allowed. */
public final class ProofCommandLine {
  public static final String USAGE =
      """
      ./stream-relay prove [options]   run turns and readers against a deployment that has the model demo,
                              drop connections at random, and see whether every promise is kept
        --url URL             base URL of a gateway, http://127.0.0.1:8080 by default; repeat for more:
                              readers come back to any of them
        --turns N             200 by default
        --minutes T           begin turns for so long; without --turns as many as arrive in that time
        --rate R              turns that arrive per second, 10 by default, however slow the answers are
        --at-once N           turns under way at the same time, at most; 50 by default
        --readers M           readers of each turn, 1 to 20, 3 by default
        --model NAME          how the deployment calls the demo model, demo by default
        --timeout SECONDS     until a turn's deadline, 120 by default; it hangs 30 s after that
        --kill TIER           worker or gateway: kill -9 one of a local `./stream-relay up`, again and again
        --data DIR            data folder of that `up`, .data in the project by default
        --kill-command CMD    instead: what `sh -c` does to kill something of yours
        --kill-every SECONDS  15 by default: from two to four thirds of that pass between kills
        --seed S              do what the run with that seed did
        --json FILE           write the whole report there
        --histories FILE      what readers of turns with a violation saw, line by line;
                              prove-<seed>.jsonl by default, written only if there is one

      RELAY_API_KEY in the environment is the key to call with; dev mode needs none.
      Exit code: 0 if every promise was kept, 1 if one was broken, 2 if nothing could be proved.
      docs/prove.md tells what is checked, and how to read the report.
      """;

  private static final int STANDARD_TURNS = 200;
  private static final int MOST_TURNS = 10_000_000;
  private static final int MOST_MINUTES = 7 * 24 * 60;

  private ProofCommandLine() {}

  /**
   * Throws IllegalArgumentException with a sentence for the user.
   *
   * @param key from the environment
   * @param home the project's folder
   */
  public static ProofPlan parse(String[] arguments, @Nullable String key, Path home) {
    Options options = new Options(arguments, USAGE);
    String model = options.last("--model");
    String json = options.last("--json");
    String histories = options.last("--histories");
    long seed = seed(options.last("--seed"));
    boolean timed = options.has("--minutes");
    double minutes = options.number("--minutes", 1, 0.01, MOST_MINUTES);
    return new ProofPlan(
        options.gateways(),
        Options.key(key),
        model == null ? "demo" : model,
        seed,
        options.whole("--turns", timed ? MOST_TURNS : STANDARD_TURNS, 1, MOST_TURNS),
        timed ? Duration.ofMillis((long) (minutes * 60_000)) : null,
        options.number("--rate", 10, 0.01, 10_000),
        options.whole("--at-once", 50, 1, 10_000),
        options.whole("--readers", 3, 1, 20),
        Duration.ofSeconds(options.whole("--timeout", 120, 30, 3600)),
        victim(options, home),
        Duration.ofMillis((long) (1000 * options.number("--kill-every", 15, 1, 86_400))),
        json == null ? null : Path.of(json),
        Path.of(histories == null ? "prove-" + seed + ".jsonl" : histories));
  }

  private static long seed(@Nullable String given) {
    if (given == null) {
      return ThreadLocalRandom.current().nextInt(1, 1_000_000);
    }
    if (!given.matches("\\d{1,18}")) {
      throw new IllegalArgumentException(
          "--seed is '%s'; it must be a whole number from 0.".formatted(given));
    }
    return Long.parseLong(given);
  }

  private static @Nullable Victim victim(Options options, Path home) {
    String command = options.last("--kill-command");
    String tier = options.last("--kill");
    if (command != null && tier != null) {
      throw new IllegalArgumentException("--kill and --kill-command don't go together.");
    }
    if (command != null) {
      return new Victim.Command(command);
    }
    if (tier == null) {
      return null;
    }
    if (!tier.equals("worker") && !tier.equals("gateway")) {
      throw new IllegalArgumentException(
          "--kill is '%s'; it must be worker or gateway.".formatted(tier));
    }
    String given = options.last("--data");
    Path data = given == null ? home.resolve(".data") : Path.of(given);
    List<Long> processes = LocalProcesses.of(data).get(tier);
    if (processes == null) {
      throw new IllegalArgumentException(
          "--kill %s: no %s of a ./stream-relay up runs on %s; start it, name its --data, or kill with --kill-command."
              .formatted(tier, tier, data));
    }
    int firstPort = options.gateways().stream().mapToInt(URI::getPort).min().orElse(0);
    return Victim.Local.of(tier, data, firstPort, processes.size());
  }
}
