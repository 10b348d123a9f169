package io.streamrelay.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as a process of its own, with stand-ins for gateway and worker. */
class LauncherTest {
  @TempDir Path home;
  private Path data;
  private int port;
  private int started;

  @BeforeEach
  void install() throws IOException {
    StandInService.installIn(home);
    data = home.resolve("data folder");
    port = Ports.free();
  }

  @Test
  void up_startsAllAgainWhenItDiesAndEndsItInOrder() throws Exception {
    Map<String, String> environment = Map.of("OPENAI_API_KEY", "sk-secret");
    try (var launcher = up(environment, "--gateways", "2")) {
      launcher.awaitOutput("Logs and data");
      assertThat(launcher.output())
          .contains("starting PostgreSQL … ", "http://127.0.0.1:" + port + "/api/chat/hello")
          .contains("gpt-4o-mini at https://api.openai.com/v1")
          .doesNotContain("sk-secret");
      assertThat(get(port)).contains("RELAY_DEV=true").doesNotContain("sk-secret");
      assertThat(get(port + 100)).contains("SERVER_PORT=" + (port + 100));
      assertThat(get(port + 1_001)).contains("RELAY_PROVIDERS_OPENAI_APIKEY=sk-secret");

      try (var second = up(Map.of())) {
        assertThat(second.awaitExit()).isEqualTo(1);
        assertThat(second.output().lines().toList())
            .singleElement()
            .asString()
            .contains("runs on the data folder " + data + " already");
      }

      List<String> killed = new ArrayList<>();
      for (String name : List.of("worker-1", "gateway-2", "worker-1", "worker-1")) {
        long pid = pid("run/" + name + ".pid");
        killed.add(pid + "\\)");
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        launcher.awaitOutput(name + " \\(pid " + pid + "\\) died; starting another(?! in )");
        String another = "(?!" + String.join("|", killed) + ")\\d+";
        launcher.awaitOutput(name + " \\(pid " + another + "\\) is ready after");
      }
      long redis = pid("redis/redis.pid");
      ProcessHandle.of(redis).orElseThrow().destroyForcibly();
      launcher.awaitOutput("Redis \\(pid \\d+\\) is ready after");
      long postgreSql = pid("postgresql/cluster/postmaster.pid");
      ProcessHandle.of(postgreSql).orElseThrow().destroyForcibly();
      launcher.awaitOutput("PostgreSQL \\(pid \\d+\\) is ready after");
      launcher.terminate();

      launcher.awaitExit();
      assertThat(launcher.output())
          .containsSubsequence(
              "stopping gateways and workers", "stopping Redis", "stopping PostgreSQL");
      for (String name : List.of("gateway-1", "gateway-2", "worker-1")) {
        assertThat(data.resolve("logs/" + name + ".log"))
            .content()
            .contains("ended, Redis answered +PONG");
      }
      assertThat(data.resolve("run")).isEmptyDirectory();
    }
  }

  @Test
  void up_leavesNothingWhenKilledAndStartsAgainAtOnceOnTheSameData() throws Exception {
    try (var first = up(Map.of("SERVER_SSL_BUNDLE", "own"))) {
      first.awaitOutput("Stream Relay is at https://127.0.0.1:\\d+ ");
      first.awaitOutput("curl -N -k https://");
      first.awaitOutput("Logs and data");
      first.kill();
    }
    String password = Files.readString(data.resolve("postgresql/password"));

    try (var second = up(Map.of())) {
      second.awaitOutput("Logs and data");
      assertThat(data.resolve("postgresql/password")).hasContent(password);
      assertThat(data.resolve("logs.previous/worker-1.log"))
          .content()
          .contains("Redis answered +PONG");
      Matcher pids = second.awaitOutput("gateway-1: pid (\\d+)[^\\n]*\\n  worker-1: pid (\\d+)");
      long redis = pid("redis/redis.pid");
      long postgreSql = pid("postgresql/cluster/postmaster.pid");
      second.kill();

      ChildJvm.awaitGone(Long.parseLong(pids.group(1)));
      ChildJvm.awaitGone(Long.parseLong(pids.group(2)));
      ChildJvm.awaitGone(redis);
      ChildJvm.awaitGone(postgreSql);
      List.of(port, port + 1_000, port + 1_001).forEach(ChildJvm::awaitFree);
    }

    try (var fresh = up(Map.of(), "--fresh")) {
      fresh.awaitOutput("Logs and data");
      assertThat(Files.readString(data.resolve("postgresql/password"))).isNotEqualTo(password);
    }
  }

  @Test
  void key_isTheGatewaysOnTheStoresOfWhatRuns() throws Exception {
    try (var idle = key(Map.of(), "list")) {
      assertThat(idle.awaitExit()).isEqualTo(1);
      assertThat(idle.output())
          .contains("Nothing runs on the data folder " + data)
          .contains("./stream-relay up");
    }
    try (var launcher = up(Map.of(), "--keys")) {
      launcher.awaitOutput("Logs and data");
      assertThat(launcher.output())
          .contains("callers need a key", "./stream-relay key create")
          .contains("Authorization: Bearer $KEY");
      Path pepper = data.resolve("pepper");
      String gateway = get(port);
      assertThat(gateway)
          .contains("RELAY_DEV=false", "RELAY_KEYS_PEPPERFILE=" + pepper)
          .doesNotContain(Files.readString(pepper).strip());
      String database = gateway.replaceAll("(?s).*SPRING_DATASOURCE_URL=([^,]*),.*", "$1");

      Map<String, String> foreign =
          Map.of("SPRING_DATASOURCE_URL", "jdbc:elsewhere", "RELAY_KEYS_PEPPER", "another pepper");
      try (var list = key(foreign, "create", "--caller", "me")) {
        assertThat(list.awaitExit()).isEqualTo(3);
        assertThat(list.output())
            .startsWith("key create --caller me {")
            .contains("RELAY_KEYS_PEPPERFILE=" + pepper, "SPRING_DATASOURCE_URL=" + database)
            .doesNotContain("elsewhere", "another pepper");
      }
      String redis = gateway.replaceAll("(?s).*SPRING_DATA_REDIS_URL=([^,]*),.*", "$1");
      try (var doctor = command("doctor", Map.of("SERVER_PORT", "1"), "--json")) {
        assertThat(doctor.awaitExit()).isEqualTo(3);
        assertThat(doctor.output())
            .startsWith("doctor --json {")
            .contains("SERVER_PORT=" + port, "SPRING_DATASOURCE_URL=" + database)
            .contains("SPRING_DATA_REDIS_URL=" + redis);
      }
      assertThat(data.resolve("places.properties"))
          .content()
          .doesNotContain(Files.readString(data.resolve("postgresql/password")).strip());
      assertThat(Files.getPosixFilePermissions(pepper))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      launcher.kill();
    }
  }

  @Test
  void doctor_ofWhatIsElsewhereNeedsNothingHere() throws Exception {
    try (var doctor = command("doctor", Map.of("SERVER_PORT", "1"), "--url", "https://there")) {
      assertThat(doctor.awaitExit()).isEqualTo(3);
      assertThat(doctor.output())
          .startsWith("doctor --url https://there {")
          .doesNotContain("SPRING_DATASOURCE_URL");
    }
    try (var idle = command("doctor", Map.of())) {
      assertThat(idle.awaitExit()).isEqualTo(1);
      assertThat(idle.output()).contains("Nothing runs on the data folder " + data);
    }
  }

  private ChildJvm key(Map<String, String> environment, String... words) throws IOException {
    return command("key", environment, words);
  }

  private ChildJvm command(String command, Map<String, String> environment, String... words)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of(words));
    arguments.addAll(List.of("--data", data.toString()));
    return ChildJvm.start(
        Launcher.class, output(), home, environment, arguments.toArray(String[]::new));
  }

  @Test
  void up_namesThePortThatIsInUse() throws Exception {
    try (var taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));

      assertFailure(
          "Port " + port + ", wanted for gateway-1, is in use; choose another with --port.");
    }
  }

  @Test
  void up_namesAMissingJar() throws Exception {
    Path jar = home.resolve("relay-worker/target/app/relay-worker.jar");
    Files.delete(jar);

    assertFailure(jar + " is missing; build it with ./mvnw -DskipTests package.");
  }

  @Test
  void up_leavesAForeignFolderAlone() throws Exception {
    Files.createDirectories(data);
    Files.writeString(data.resolve("thesis.txt"), "all of it");

    assertFailure(
        "The folder "
            + data
            + " holds other things (there is no file stream-relay-data in it); choose another with --data.",
        "--fresh");
    assertThat(data.resolve("thesis.txt")).hasContent("all of it");
  }

  @Test
  void up_showsTheLogOfAServiceThatDoesNotStart() throws Exception {
    Files.writeString(home.resolve("gateway/target/app/gateway.jar"), "no jar");

    try (var launcher = up(Map.of())) {
      assertThat(launcher.awaitExit()).isEqualTo(1);
      assertThat(launcher.output())
          .contains("gateway-1 ended right after its start.")
          .contains("Invalid or corrupt jarfile");
    }
  }

  @Test
  void main_refusesAnUnknownCommand() throws Exception {
    try (var launcher = ChildJvm.start(Launcher.class, output(), home, Map.of(), "dance")) {
      assertThat(launcher.awaitExit()).isEqualTo(2);
      assertThat(launcher.output())
          .startsWith("There is no command \"dance\".")
          .contains("--fresh");
    }
  }

  private void assertFailure(String sentence, String... options) throws IOException {
    try (var launcher = up(Map.of(), options)) {
      assertThat(launcher.awaitExit()).isEqualTo(1);
      assertThat(launcher.output().strip()).isEqualTo(sentence);
    }
  }

  private ChildJvm up(Map<String, String> environment, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("up", "--data", data.toString()));
    arguments.addAll(List.of("--port", Integer.toString(port)));
    arguments.addAll(List.of(options));
    return ChildJvm.start(
        Launcher.class, output(), home, environment, arguments.toArray(String[]::new));
  }

  private Path output() {
    return home.resolve("output-" + started++);
  }

  private long pid(String file) throws IOException {
    return Long.parseLong(Files.readAllLines(data.resolve(file)).getFirst().strip());
  }

  private static String get(int port) throws IOException {
    try (var in = URI.create("http://127.0.0.1:" + port + "/").toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
