package io.streamrelay.quickstart;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JVM of its own with this module's classes, so that it can be killed. What it prints goes to a
 * file.
 */
final class ChildJvm implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Process process;
  private final Path output;

  private ChildJvm(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  static ChildJvm start(
      Class<?> main, Path output, Path home, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("-Dstreamrelay.home=" + home);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return new ChildJvm(builder.start(), output);
  }

  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has printed what matches. */
  Matcher awaitOutput(String regex) {
    Pattern pattern = Pattern.compile(regex);
    return await("output " + regex)
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> pattern.matcher(output()), found -> found.find() || failIfDead());
  }

  private boolean failIfDead() {
    if (!process.isAlive()) {
      throw new AssertionError("the JVM ended: " + output());
    }
    return false;
  }

  int awaitExit() {
    await().atMost(LIMIT).until(() -> !process.isAlive());
    return process.exitValue();
  }

  void terminate() {
    process.destroy();
  }

  void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  @Override
  public void close() {
    kill();
  }

  static void awaitGone(long pid) {
    await("end of process " + pid)
        .atMost(LIMIT)
        .until(() -> ProcessHandle.of(pid).map(handle -> !handle.isAlive()).orElse(true));
  }

  static void awaitFree(int port) {
    await("port " + port + " free").atMost(LIMIT).until(() -> Ports.isFree(port));
  }
}
