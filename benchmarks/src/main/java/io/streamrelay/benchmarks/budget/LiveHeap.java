package io.streamrelay.benchmarks.budget;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a Java process holds on to: the heap after a full collection. Resident memory alone says too
 * little of a process whose heap had grown before, and too much of one that left garbage.
 */
final class LiveHeap {
  private LiveHeap() {}

  /** In bytes. Stops that process for a moment. */
  static long of(long pid) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process process =
        new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String histogram = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return histogram
        .lines()
        .filter(line -> line.startsWith("Total"))
        .mapToLong(line -> Long.parseLong(line.strip().split("\\s+")[2]))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("jcmd said: " + firstLine(histogram)));
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
