package io.streamrelay.benchmarks.budget;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where another JVM spends its CPU time: samples of its stacks, taken by its own flight recorder
 * for each few milliseconds of CPU time of any thread (JEP 509, Linux). Not thread-safe.
 */
final class CpuProfile {
  private static final String EVENT = "jdk.CPUTimeSample";
  private static final String EVERY = "5ms";

  private final long pid;
  private final Path file;

  private CpuProfile(long pid, Path file) {
    this.pid = pid;
    this.file = file;
  }

  /**
   * Begins to sample.
   *
   * @param file where it is kept; must not exist
   */
  static CpuProfile begin(long pid, Path file) throws IOException, InterruptedException {
    CpuProfile profile = new CpuProfile(pid, file);
    profile.command(
        "JFR.start",
        "name=cpu",
        "settings=none",
        "+" + EVENT + "#enabled=true",
        "+" + EVENT + "#throttle=" + EVERY);
    return profile;
  }

  /** Ends it. */
  void end() throws IOException, InterruptedException {
    command("JFR.stop", "name=cpu", "filename=" + file);
    if (!Files.exists(file)) {
      throw new IllegalStateException("the flight recorder of process " + pid + " wrote nothing");
    }
  }

  private void command(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.add(Long.toString(pid));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException(words[0] + " of process " + pid + " failed: " + said.strip());
    }
  }

  /**
   * How samples divide.
   *
   * @param all with a stack
   * @param there whose innermost frame that belongs to anybody belongs there
   */
  record Share(long all, long there) {
    double percent() {
      return 100.0 * there / all;
    }
  }

  /**
   * Counts samples by whose code ran, or had the JDK or another library run for it: the innermost
   * frame that is {@code there} or {@code elsewhere} decides. Only after the end.
   *
   * @param there of a class's full name
   * @param elsewhere likewise
   */
  Share share(Predicate<String> there, Predicate<String> elsewhere) throws IOException {
    long all = 0;
    long found = 0;
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        if (!event.getEventType().getName().equals(EVENT) || event.getStackTrace() == null) {
          continue;
        }
        all++;
        for (RecordedFrame frame : event.getStackTrace().getFrames()) {
          String owner = frame.isJavaFrame() ? frame.getMethod().getType().getName() : "";
          if (there.test(owner)) {
            found++;
            break;
          }
          if (elsewhere.test(owner)) {
            break;
          }
        }
      }
    }
    return new Share(all, found);
  }
}
