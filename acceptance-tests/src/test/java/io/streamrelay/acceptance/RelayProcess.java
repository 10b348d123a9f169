package io.streamrelay.acceptance;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One shipped jar as a child process. It ends with this JVM, unless this JVM is killed. */
public final class RelayProcess {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * Most live for seconds: better code would cost more than it saves, but where that is measured.
   */
  private static final String JIT =
      "-XX:TieredStopAtLevel=" + (Boolean.getBoolean("faults.full") ? 4 : 1);

  private static final List<String> OPTIONS = List.of("-Xmx384m", "-XX:+UseSerialGC", JIT);

  private final String name;
  private final Process process;
  private final int port;
  private final int managementPort;
  private final Path log;

  private RelayProcess(String name, Process process, int port, int managementPort, Path log) {
    this.name = name;
    this.process = process;
    this.port = port;
    this.managementPort = managementPort;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  public static RelayProcess start(
      String module, int port, Path log, Map<String, String> environment) throws IOException {
    Path jar = Path.of("..", module, "target", "app", module + ".jar").toAbsolutePath().normalize();
    return start(module, jar, port, log, environment);
  }

  /**
   * @param jar of that module, of any version
   */
  public static RelayProcess start(
      String module, Path jar, int port, Path log, Map<String, String> environment)
      throws IOException {
    if (!Files.exists(jar)) {
      throw new IOException(jar + " is not built: run the whole build, up to package at least");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.addAll(StartCache.run(jar, OPTIONS));
    return start(module, new ProcessBuilder(command), port, log, environment);
  }

  /**
   * @param builder runs that module, however it does
   */
  static RelayProcess start(
      String module, ProcessBuilder builder, int port, Path log, Map<String, String> environment)
      throws IOException {
    int managementPort = FreePorts.next();
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("SERVER_PORT", Integer.toString(port));
    builder.environment().put("MANAGEMENT_SERVER_PORT", Integer.toString(managementPort));
    String name = environment.getOrDefault("RELAY_WORKER_NAME", module);
    return new RelayProcess(name, builder.start(), port, managementPort, log);
  }

  /** A worker's, where it was given one; else the module's. */
  String name() {
    return name;
  }

  public int port() {
    return port;
  }

  /** Of {@code /actuator}. */
  public int managementPort() {
    return managementPort;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public String log() throws IOException {
    return Files.readString(log);
  }

  /** What {@code /actuator/prometheus} says. */
  public String metrics() throws Exception {
    return get("/actuator/prometheus").body();
  }

  public void awaitReady() {
    await(name + " is ready, see " + log)
        .atMost(Duration.ofSeconds(180))
        .pollInterval(Duration.ofMillis(100))
        .until(this::isReady);
  }

  public boolean isReady() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "%s ended with %d, see %s, which ends:\n%s"
              .formatted(name, process.exitValue(), log, lastLines()));
    }
    try {
      return get("/actuator/health/readiness").statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String lastLines() {
    try {
      List<String> lines = log().lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** SIGKILL, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(Duration.ofSeconds(10));
  }

  /** SIGTERM, without waiting. */
  public void terminate() {
    process.destroy();
  }

  /** Whether it ended within {@code atMost}. */
  public boolean awaitExit(Duration atMost) {
    try {
      return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Only after its end. */
  public int exitCode() {
    return process.exitValue();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
