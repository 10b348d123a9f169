package io.streamrelay.acceptance;

import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A gateway that asks for keys and a worker, of some version, on stores that are given. */
final class VersionSystem implements AutoCloseable {
  private final Path jar;
  private final RelayProcess gateway;
  private final RelayProcess worker;
  private final Map<String, String> stores;

  private VersionSystem(
      Path jar, RelayProcess gateway, RelayProcess worker, Map<String, String> stores) {
    this.jar = jar;
    this.gateway = gateway;
    this.worker = worker;
    this.stores = stores;
  }

  /** The jars of this build, once they are ready. */
  static VersionSystem current(Path folder, EmbeddedRedis redis, EmbeddedPostgreSql postgres)
      throws Exception {
    return start(shipped("gateway"), shipped("relay-worker"), folder, redis, postgres);
  }

  private static Path shipped(String module) {
    return Path.of("..", module, "target", "app", module + ".jar").toAbsolutePath().normalize();
  }

  /** Blocks until both are ready. */
  static VersionSystem start(
      Path gatewayJar,
      Path workerJar,
      Path folder,
      EmbeddedRedis redis,
      EmbeddedPostgreSql postgres)
      throws Exception {
    Map<String, String> stores =
        Map.of(
            "SPRING_DATA_REDIS_URL", redis.url(),
            "SPRING_DATASOURCE_URL", postgres.jdbcUrl(),
            "SPRING_DATASOURCE_USERNAME", postgres.username(),
            "SPRING_DATASOURCE_PASSWORD", postgres.password(),
            "RELAY_KEYS_PEPPER", RecordedData.PEPPER);
    RelayProcess gateway =
        RelayProcess.start(
            "gateway", gatewayJar, FreePorts.next(), folder.resolve("gateway.log"), stores);
    RelayProcess worker =
        RelayProcess.start(
            "relay-worker", workerJar, FreePorts.next(), folder.resolve("worker.log"), stores);
    VersionSystem system = new VersionSystem(gatewayJar, gateway, worker, stores);
    try {
      gateway.awaitReady();
      worker.awaitReady();
      return system;
    } catch (RuntimeException e) {
      system.close();
      throw e;
    }
  }

  String url() {
    return "http://127.0.0.1:" + gateway.port();
  }

  RelayProcess worker() {
    return worker;
  }

  /** Of a caller, by the command of the gateway's jar. */
  String makeKey() throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder command =
        new ProcessBuilder(java, "-jar", jar.toString(), "key", "create", "--caller", "recorded")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    command.environment().putAll(stores);
    Process process = command.start();
    String key =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("no key was made: " + process.exitValue());
    }
    return key;
  }

  @Override
  public void close() {
    gateway.kill();
    worker.kill();
  }
}
