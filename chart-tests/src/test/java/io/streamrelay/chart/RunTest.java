package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamrelay.acceptance.FreePorts;
import io.streamrelay.acceptance.RelayProcess;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped jars with what the chart mounts, and the very commands of its hooks, notes and test.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RunTest {
  private static final Path GATEWAY = Path.of("..", "gateway", "target", "app", "gateway.jar");
  private static final String MOUNTED = "/run/secrets/stream-relay/";

  @TempDir private Path folder;

  private record Said(int exit, String out, String err) {}

  @Test
  void release_migratesStartsStreamsResumesAndLeaves() throws Exception {
    try (EmbeddedRedis redis = redis();
        EmbeddedPostgreSql postgres =
            EmbeddedPostgreSql.builder()
                .dataFolder(folder.resolve("postgresql"))
                .fsync(false)
                .start()) {
      Release release =
          Chart.OURS.render(
              "minimal",
              "{redis: {url: '%s'}, postgresql: {url: '%s'}}"
                  .formatted(redis.url(), postgres.jdbcUrl()));
      Map<String, String> secrets =
          Map.of(
              "relay-postgresql/username", postgres.username(),
              "relay-postgresql/password", postgres.password(),
              "relay-redis/gateway-password", "relay-gateway-secret",
              "relay-redis/worker-password", "relay-worker-secret",
              "relay-keys/pepper", "a pepper of this test");

      Said migrated =
          run(
              mounted(release, "migrate", secrets),
              command(release.only("Job").at("/spec/template/spec")));
      assertThat(migrated.exit()).as("%s", migrated).isZero();
      assertThat(migrated.out()).startsWith("The schema is made");

      Map<String, String> ofGateway = mounted(release, "gateway", secrets);
      RelayProcess worker = start("relay-worker", mounted(release, "worker", secrets));
      RelayProcess gateway = start("gateway", ofGateway);
      worker.awaitReady();
      gateway.awaitReady();

      Said made =
          run(
              ofGateway,
              List.of("java", "-jar", "gateway.jar", "key", "create", "--caller", "test"));
      assertThat(made.exit()).as("%s", made).isZero();
      Path key = Files.writeString(folder.resolve("key"), made.out());

      Said tested = run(Map.of(), test(release, gateway.port(), key));
      assertThat(tested.exit()).as("%s", tested).isZero();
      assertThat(tested.out()).contains("ok    streaming", "ok    resume");

      worker.terminate();
      gateway.terminate();
      assertThat(worker.awaitExit(secondsToLeave(release, "worker"))).isTrue();
      assertThat(gateway.awaitExit(secondsToLeave(release, "gateway"))).isTrue();
    }
  }

  /** With the users that are shipped. */
  private EmbeddedRedis redis() throws IOException {
    Path users = Files.writeString(folder.resolve("users.acl"), "");
    EmbeddedRedis redis = EmbeddedRedis.builder().config("aclfile", users.toString()).start();
    String shipped = Files.readString(Chart.REPOSITORY.resolve("deploy/redis/users.acl"));
    Files.writeString(users, shipped.replaceAll("user (relay-\\w+) reset on", "$0 >$1-secret"));
    try (Socket socket = new Socket(redis.host(), redis.port())) {
      socket.getOutputStream().write("ACL LOAD\r\n".getBytes(StandardCharsets.US_ASCII));
      var answer = new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII);
      assertThat(new BufferedReader(answer).readLine()).isEqualTo("+OK");
    }
    return redis;
  }

  /** Files as in the pod, but for the ports and where they are; said by the environment. */
  private Map<String, String> mounted(Release release, String tier, Map<String, String> secrets)
      throws IOException {
    Path config = Files.createDirectories(folder.resolve(tier).resolve("config"));
    Path tree = Files.createDirectories(folder.resolve(tier).resolve("secrets"));
    String text =
        release.one("ConfigMap", "shop-stream-relay-" + tier).at("/data/application.yaml").asText();
    assertThat(text).contains(MOUNTED);
    Files.writeString(config.resolve("application.yaml"), text.replace(MOUNTED, tree + "/"));
    for (JsonNode source : sources(release, tier)) {
      for (JsonNode item : source.at("/secret/items")) {
        String secret = source.at("/secret/name").asText() + "/" + item.path("key").asText();
        Files.writeString(tree.resolve(item.path("path").asText()), secrets.get(secret) + "\n");
      }
    }
    return Map.of("SPRING_CONFIG_ADDITIONAL_LOCATION", "file:" + config + "/");
  }

  private static JsonNode sources(Release release, String tier) {
    JsonNode pod =
        tier.equals("migrate") ? release.only("Job").at("/spec/template/spec") : release.pod(tier);
    for (JsonNode volume : pod.path("volumes")) {
      if (volume.path("name").asText().equals("secrets")) {
        return volume.at("/projected/sources");
      }
    }
    throw new AssertionError("no secrets of " + tier);
  }

  private RelayProcess start(String module, Map<String, String> environment) throws IOException {
    return RelayProcess.start(
        module, FreePorts.next(), folder.resolve(module + ".log"), environment);
  }

  private static List<String> test(Release release, int port, Path key) {
    List<String> command = new ArrayList<>(command(release.only("Pod").path("spec")));
    command.replaceAll(each ->
        each.startsWith("http://shop-stream-relay-gateway:") ? "http://127.0.0.1:" + port : each);
    command.replaceAll(each -> each.equals("/run/secrets/test/key") ? key.toString() : each);
    return command;
  }

  private static List<String> command(JsonNode pod) {
    List<String> words = new ArrayList<>();
    pod.at("/containers/0/command").forEach(each -> words.add(each.asText()));
    return words;
  }

  private Said run(Map<String, String> environment, List<String> command) throws Exception {
    List<String> here = new ArrayList<>(command);
    here.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    here.replaceAll(
        each -> each.equals("gateway.jar") ? GATEWAY.toAbsolutePath().toString() : each);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(here).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Said(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static Duration secondsToLeave(Release release, String tier) {
    return Duration.ofSeconds(
        release.pod(tier).path("terminationGracePeriodSeconds").asInt()
            - release.pod(tier).at("/containers/0/lifecycle/preStop/sleep/seconds").asInt());
  }
}
