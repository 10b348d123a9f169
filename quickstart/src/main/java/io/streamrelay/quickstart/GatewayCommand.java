package io.streamrelay.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Has the gateway's jar run one of its commands with the settings of an {@code up} that runs:
 * {@code key} on its PostgreSQL, {@code doctor} on all of it.
 */
final class GatewayCommand {
  private static final int PORT_LINE = 3;
  private static final List<String> REPLACED =
      List.of("SPRING_DATASOURCE_", "SPRING_DATA_REDIS_", "SERVER_", "RELAY_KEYS_PEPPER");

  /** With one of these the doctor isn't asked about what runs here. */
  private static final Set<String> ELSEWHERE =
      Set.of("--url", "--redis", "--postgres", "help", "--help", "-h");

  private GatewayCommand() {}

  /**
   * Its standard streams are ours.
   *
   * @param home the project's folder, under which the jar lies
   * @return its exit code
   * @throws StartException if nothing runs on the data folder
   */
  static int run(CommandLine.OfGateway wanted, Path home) throws InterruptedException {
    Path jar = ServicePlan.gatewayJar(home);
    if (!Files.isRegularFile(jar)) {
      throw new StartException(jar + " is missing; build it with ./mvnw -DskipTests package.");
    }
    List<String> command = new ArrayList<>(List.of(Service.java(), "-XX:+UseSerialGC"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dstdout.encoding=UTF-8"));
    command.addAll(List.of("-Dstderr.encoding=UTF-8", "-jar", jar.toString(), wanted.word()));
    command.addAll(wanted.arguments());
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    boolean doctor = wanted.word().equals("doctor");
    if (!doctor || wanted.arguments().stream().noneMatch(ELSEWHERE::contains)) {
      builder.environment().keySet().removeIf(GatewayCommand::isReplaced);
      builder.environment().putAll(settings(wanted.data()));
    }
    try {
      return builder.start().waitFor();
    } catch (IOException e) {
      throw new StartException(
          "The command %s can't be started: %s".formatted(wanted.word(), e.getMessage()), e);
    }
  }

  private static boolean isReplaced(String name) {
    return REPLACED.stream().anyMatch(name::startsWith);
  }

  private static Map<String, String> settings(Path data) {
    PostgreSqlCluster cluster = new PostgreSqlCluster(DataRoot.postgreSql(data));
    Path running = cluster.files().resolve("postmaster.pid");
    try {
      if (Predecessor.process(running) == null) {
        throw new StartException(
            "Nothing runs on the data folder %s; start it with ./stream-relay up, or name another folder with --data."
                .formatted(data));
      }
      int port = Integer.parseInt(Files.readAllLines(running).get(PORT_LINE).strip());
      String password = cluster.password();
      PostgreSqlDatabases databases =
          new PostgreSqlDatabases(port, PostgreSqlCluster.USERNAME, password);
      Map<String, String> settings = new HashMap<>(DataRoot.places(data));
      settings.put("SPRING_DATASOURCE_URL", databases.jdbcUrl(EmbeddedPostgreSql.DATABASE));
      settings.put("SPRING_DATASOURCE_USERNAME", PostgreSqlCluster.USERNAME);
      settings.put("SPRING_DATASOURCE_PASSWORD", password);
      settings.put("RELAY_KEYS_PEPPERFILE", DataRoot.pepper(data).toString());
      return settings;
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      throw new StartException("PostgreSQL is about to start or stop; try again.", e);
    }
  }
}
