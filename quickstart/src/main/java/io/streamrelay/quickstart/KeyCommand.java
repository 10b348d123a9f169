package io.streamrelay.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Has the gateway's jar make, show and revoke keys, in the PostgreSQL of an {@code up} that runs.
 */
final class KeyCommand {
  private static final int PORT_LINE = 3;
  private static final List<String> DATABASE_OR_PEPPER =
      List.of("SPRING_DATASOURCE_", "RELAY_KEYS_PEPPER");

  private KeyCommand() {}

  /**
   * Its standard streams are ours.
   *
   * @param home the project's folder, under which the jar lies
   * @return its exit code
   * @throws StartException if nothing runs on the data folder
   */
  static int run(CommandLine.Key wanted, Path home) throws InterruptedException {
    Path jar = ServicePlan.gatewayJar(home);
    if (!Files.isRegularFile(jar)) {
      throw new StartException(jar + " is missing; build it with ./mvnw -DskipTests package.");
    }
    List<String> command = new ArrayList<>(List.of(Service.java(), "-XX:+UseSerialGC"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-jar", jar.toString(), "key"));
    command.addAll(wanted.arguments());
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().keySet().removeIf(KeyCommand::isReplaced);
    builder.environment().putAll(settings(wanted.data()));
    try {
      return builder.start().waitFor();
    } catch (IOException e) {
      throw new StartException("The key command can't be started: " + e.getMessage(), e);
    }
  }

  private static boolean isReplaced(String name) {
    return DATABASE_OR_PEPPER.stream().anyMatch(name::startsWith);
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
      return Map.of(
          "SPRING_DATASOURCE_URL",
          databases.jdbcUrl(EmbeddedPostgreSql.DATABASE),
          "SPRING_DATASOURCE_USERNAME",
          PostgreSqlCluster.USERNAME,
          "SPRING_DATASOURCE_PASSWORD",
          password,
          "RELAY_KEYS_PEPPERFILE",
          DataRoot.pepper(data).toString());
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      throw new StartException("PostgreSQL is about to start or stop; try again.", e);
    }
  }
}
