package io.streamrelay.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A gateway beside those of a system that, other than they do, asks its callers for keys.
 *
 * @param key of the one caller that there is
 */
record KeyedGateway(RelayProcess process, String key) implements AutoCloseable {
  private static final String MODULE = "gateway";

  /**
   * Starts it; whoever needs it waits until it is ready.
   *
   * @param log where it says what it does
   * @param more settings of its own
   */
  static KeyedGateway start(RelaySystem system, Path log, Map<String, String> more)
      throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("SPRING_DATA_REDIS_URL", system.redis().url());
    environment.put("SPRING_DATASOURCE_URL", system.postgres().jdbcUrl());
    environment.put("SPRING_DATASOURCE_USERNAME", system.postgres().username());
    environment.put("SPRING_DATASOURCE_PASSWORD", system.postgres().password());
    environment.put("RELAY_KEYS_PEPPER", "a pepper that is long enough for every test");
    String key = makeKey(environment);
    environment.putAll(more);
    Files.createDirectories(log.toAbsolutePath().getParent());
    return new KeyedGateway(RelayProcess.start(MODULE, FreePorts.next(), log, environment), key);
  }

  private static String makeKey(Map<String, String> environment) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path jar = Path.of("..", MODULE, "target", "app", MODULE + ".jar");
    ProcessBuilder command =
        new ProcessBuilder(
                java,
                "-XX:TieredStopAtLevel=1",
                "-jar",
                jar.toString(),
                "key",
                "create",
                "--caller",
                "keyed")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    command.environment().putAll(environment);
    byte[] said = command.start().getInputStream().readAllBytes();
    return new String(said, StandardCharsets.UTF_8).strip();
  }

  String url() {
    return "http://127.0.0.1:" + process.port();
  }

  @Override
  public void close() {
    process.kill();
  }
}
