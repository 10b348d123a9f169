package io.streamrelay.benchmarks.budget;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Java program as a child process. It ends with this JVM. Not thread-safe, but for reading. */
final class JarProcess implements AutoCloseable {
  private static final Duration READY_LIMIT = Duration.ofMinutes(3);
  private static final int PROBE_MILLIS = 2_000;
  private static final int POLL_MILLIS = 50;

  private final Process process;
  private final Path log;

  private JarProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /**
   * @param arguments of {@code java}
   * @param environment added to this JVM's own
   */
  static JarProcess start(List<String> arguments, Map<String, String> environment, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return new JarProcess(builder.start(), log);
  }

  long pid() {
    return process.pid();
  }

  /** Waits until a URL of it answers 200, or anything but a refused connection if {@code any}. */
  void await(URI probe, boolean any) throws InterruptedException {
    long limit = System.nanoTime() + READY_LIMIT.toNanos();
    while (!answers(probe, any)) {
      if (!process.isAlive()) {
        throw new IllegalStateException("A process ended before it was ready; see " + log);
      }
      if (System.nanoTime() > limit) {
        throw new IllegalStateException("A process isn't ready after 3 minutes; see " + log);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static boolean answers(URI probe, boolean any) {
    try {
      HttpURLConnection connection = (HttpURLConnection) probe.toURL().openConnection();
      connection.setConnectTimeout(PROBE_MILLIS);
      connection.setReadTimeout(PROBE_MILLIS);
      int status = connection.getResponseCode();
      connection.disconnect();
      return any || status == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits for its end. */
  void awaitEnd(Duration atMost) throws InterruptedException {
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      close();
      throw new IllegalStateException("A process didn't end in time; see " + log);
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException("A process ended with a failure; see " + log);
    }
  }

  /** SIGKILL, and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Asks it to end; kills it if it doesn't within ten seconds. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
