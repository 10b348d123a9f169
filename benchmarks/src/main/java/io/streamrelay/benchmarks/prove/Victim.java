package io.streamrelay.benchmarks.prove;

import io.streamrelay.benchmarks.load.LocalProcesses;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is killed while the prover runs. */
public sealed interface Victim {
  /**
   * Kills. Blocks for a minute at most.
   *
   * @return null if something was killed, else in a few words why not
   */
  @Nullable String strike(RandomGenerator random) throws InterruptedException;

  /** URLs that answer with less than 500 when what was killed is back; may be empty. */
  List<URI> probes();

  /**
   * Any process of one tier of a local {@code ./stream-relay up}, which starts it again.
   *
   * @param tier {@code gateway} or {@code worker}
   * @param data its data folder
   * @param probes where its processes say that they are ready
   */
  record Local(String tier, Path data, List<URI> probes) implements Victim {
    private static final int TO_MANAGEMENT = 1000; // as `up` numbers its ports
    private static final int TO_WORKERS = 1;
    private static final int TO_NEXT = 100;

    /**
     * @param firstPort of the first gateway
     * @param count processes of the tier
     */
    static Local of(String tier, Path data, int firstPort, int count) {
      int first = firstPort + TO_MANAGEMENT + (tier.equals("worker") ? TO_WORKERS : 0);
      return new Local(
          tier,
          data,
          IntStream.range(0, count)
              .mapToObj(i -> "http://127.0.0.1:" + (first + i * TO_NEXT))
              .map(base -> URI.create(base + "/actuator/health/readiness"))
              .toList());
    }

    @Override
    public @Nullable String strike(RandomGenerator random) {
      List<ProcessHandle> alive =
          LocalProcesses.of(data).getOrDefault(tier, List.of()).stream()
              .flatMap(id -> ProcessHandle.of(id).stream())
              .filter(this::isOurs)
              .toList();
      if (alive.isEmpty()) {
        return "no " + tier + " was alive";
      }
      return alive.get(random.nextInt(alive.size())).destroyForcibly() ? null : "could not kill";
    }

    /** The file may name a process that ended, and its id another program since. */
    private boolean isOurs(ProcessHandle process) {
      return process.info().commandLine().map(line -> line.contains(tier + ".jar")).orElse(false);
    }

    @Override
    public String toString() {
      return "a " + tier;
    }
  }

  /** Whatever a command of the user's kills; it should end with 0 if it did. */
  record Command(String command) implements Victim {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public @Nullable String strike(RandomGenerator random) throws InterruptedException {
      try {
        Process process =
            new ProcessBuilder("sh", "-c", command)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
          if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            return "the kill command didn't end within " + PATIENCE.toSeconds() + " s";
          }
          int status = process.exitValue();
          return status == 0 ? null : "the kill command ended with " + status;
        } finally {
          process.destroyForcibly();
        }
      } catch (IOException e) {
        return "the kill command didn't start: " + e.getMessage();
      }
    }

    @Override
    public List<URI> probes() {
      return List.of();
    }

    @Override
    public String toString() {
      return "by '" + command + "'";
    }
  }
}
