package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.deploy.ComposeFile;
import io.streamrelay.deploy.UnpackedImage;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * The whole system as deploy/ has it, but for Docker: both images as the Dockerfile makes and runs
 * them; as the users of deploy/redis/users.acl, each of which may do what it needs, and the role of
 * deploy/postgresql; with the secrets and the settings of Redis that deploy/compose gives them.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class ImagesTest {
  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final Path IMAGES = Path.of("target", "images");
  private static final String JOBS = "jobs:interactive";

  /** A container's memory. It is for quick starts that C1 and one thread of collection must do. */
  private static final String SMALL = "-XX:MaxRAM=512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

  private static final Map<String, UnpackedImage> MADE = new HashMap<>();

  @TempDir static Path secrets;
  @TempDir Path folder;

  @BeforeAll
  static void make() throws Exception {
    finish(ComposeFile.FOLDER.resolve("make-secrets.sh").toString(), secrets.toString());
    finish("rm", "-rf", IMAGES.toString());
    Files.createDirectories(IMAGES);
    for (String tier : List.of("gateway", "relay-worker")) {
      MADE.put(tier, UnpackedImage.make(tier, IMAGES, SMALL));
    }
  }

  private static void finish(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private static String secret(String name) throws IOException {
    return Files.readString(secrets.resolve(name));
  }

  private static UnpackedImage image(String tier) {
    return MADE.get(tier);
  }

  /** As compose.yaml runs it, and one who may look. */
  private static final class ComposedRedis implements SomeRedis {
    private final EmbeddedRedis redis;

    ComposedRedis(Path folder) throws IOException {
      Path users = Files.writeString(folder.resolve("users.acl"), "");
      EmbeddedRedis.Builder builder = EmbeddedRedis.builder().dataFolder(folder.resolve("redis"));
      for (String line : Files.readAllLines(ComposeFile.FOLDER.resolve("redis.conf"))) {
        if (!line.matches("(#|aclfile|dir).*")) {
          String[] words = line.replace("\"", "").split(" ", 2);
          builder.config(words[0], words[1].split(" "));
        }
      }
      redis = builder.config("aclfile", users.toString()).start();
      Files.writeString(users, secret("users.acl") + "user admin on >admin-secret ~* &* +@all\n");
      try (Jedis anybody = new Jedis(redis.host(), redis.port())) {
        anybody.aclLoad();
      }
    }

    @Override
    public Map<String, String> environment(String module) {
      String user = module.equals("gateway") ? "relay-gateway" : "relay-worker";
      try {
        // What compose.yaml mounts at /run/secrets/stream-relay.
        Path mounted = Files.createDirectories(IMAGES.resolve("secrets").resolve(module));
        Files.writeString(
            mounted.resolve("spring.data.redis.password"), secret(user + "-redis-password"));
        return Map.of(
            "SPRING_CONFIG_IMPORT",
            "optional:configtree:" + mounted.toAbsolutePath() + "/",
            "SPRING_DATA_REDIS_PORT",
            Integer.toString(redis.port()),
            "SPRING_DATA_REDIS_USERNAME",
            user,
            "SPRING_DATASOURCE_USERNAME",
            "stream_relay",
            "SPRING_DATASOURCE_PASSWORD",
            secret("relay-database-password"));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    Jedis admin() {
      Jedis admin = new Jedis(redis.host(), redis.port());
      admin.auth("admin", "admin-secret");
      return admin;
    }

    @Override
    public void close() {
      redis.close();
    }
  }

  private RelaySystem start(ComposedRedis redis) throws Exception {
    // The images listen to everybody, which dev mode refuses.
    Map<String, String> settings =
        Map.of("SERVER_ADDRESS", "127.0.0.1", "MANAGEMENT_SERVER_ADDRESS", "127.0.0.1");
    RelaySystem system =
        RelaySystem.prepare(folder, settings, redis, module -> image(module).program(module));
    try (Connection owner = system.database();
        Statement statement = owner.createStatement()) {
      statement.execute(Files.readString(DEPLOY.resolve("postgresql").resolve("role.sql")));
      statement.execute(
          "ALTER ROLE stream_relay PASSWORD '%s'".formatted(secret("relay-database-password")));
      system.add(2, 2);
      return system;
    } catch (Exception | Error e) {
      system.close();
      throw e;
    }
  }

  @Test
  void system_worksAsImagesUnderItsUsersAndAsksForNothingElse() throws Exception {
    Map<Path, FileTime> gatewayBefore = image("gateway").files("gateway");
    Map<Path, FileTime> workerBefore = image("relay-worker").files("relay-worker");
    ComposedRedis redis = new ComposedRedis(folder);
    try (RelaySystem system = start(redis);
        Jedis admin = redis.admin()) {
      Submitted taken = Submitted.submit(system, 0, "acl-taken", "demo-t120-i25-f50-vary");
      Submitted other = Submitted.submit(system, 1, "acl-other", "demo-t120-i25-f50-vary");
      Submitted long1 = Submitted.submit(system, 0, "acl-long", "demo-t4000-i25-f50");
      TurnReading begunTaken = taken.readSomeText(0);
      TurnReading begunOther = other.readSomeText(1);
      TurnReading begunLong = long1.readSomeText(1);
      for (String list : List.of("turns?state=running", "turns?state=stuck", "workers")) {
        assertThat(new StreamClient().get(system.url(0) + "/admin/" + list).status())
            .isEqualTo(200);
      }
      long1.cancel(0);
      assertThat(long1.readToEnd(0, begunLong).terminal()).isInstanceOf(RelayEvent.Cancelled.class);
      system.worker(0).kill();
      taken.endsWithItsText(1, begunTaken);
      other.endsWithItsText(0, begunOther);

      system.worker(1).kill();
      Submitted lost = Submitted.submit(system, 0, "acl-lost", "demo-t20-i10-f10");
      admin.del(JOBS);
      system.replaceWorker(0);
      lost.endsWithItsText(0, new TurnReading()); // the sweeper queued it again

      checkConfinement(system.gateway(0));
      checkConfinement(system.worker(0));
      checkHealth(system.gateway(0), "gateway", "9080");
      checkHealth(system.worker(0), "worker", "9081");
      checkDrain(system);
      assertThat(image("gateway").files("gateway")).isEqualTo(gatewayBefore);
      assertThat(image("relay-worker").files("relay-worker")).isEqualTo(workerBefore);
      assertThat(admin.aclLog()).isEmpty();
      checkRights(admin);
    }
  }

  /** What the kernel says of a process; who it is only where root runs the tests. */
  private static void checkConfinement(RelayProcess process) throws IOException {
    assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/maps")))
        .as("the cache is used, which nobody is told of where it isn't")
        .contains("/start.aot");
    if (System.getProperty("user.name").equals("root")) {
      assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/status")))
          .containsPattern("Uid:\\s+10001\\s+10001\\s+10001\\s+10001")
          .containsPattern("Gid:\\s+10001\\s+10001\\s+10001\\s+10001")
          .containsPattern("CapBnd:\\s+0+\n")
          .containsPattern("NoNewPrivs:\\s+1");
    }
  }

  /** What Docker would run in the container. */
  private static void checkHealth(RelayProcess process, String service, String port)
      throws Exception {
    String[] check = ComposeFile.read().healthCheck(service);
    check[2] = check[2].replace(port, Integer.toString(process.managementPort()));
    assertThat(check[2]).contains("/" + process.managementPort() + " ");
    finish(check);
  }

  /** A turn is under way and read when both its gateway and its worker are told to go. */
  private static void checkDrain(RelaySystem system) throws Exception {
    ComposeFile compose = ComposeFile.read();
    Submitted last = Submitted.submit(system, 1, "acl-last", "demo-t150-i40-f50");
    TurnReading begun = last.readSomeText(1);
    FutureTask<TurnReading> reader = new FutureTask<>(() -> last.readToEnd(begun, 1, 0));
    Thread.ofVirtual().start(reader);

    system.gateway(1).terminate();
    system.worker(0).terminate();

    assertThat(system.worker(0).awaitExit(compose.stopGracePeriod("worker"))).isTrue();
    assertThat(system.gateway(1).awaitExit(compose.stopGracePeriod("gateway"))).isTrue();
    assertThat(system.worker(0).exitCode()).isEqualTo(143);
    assertThat(system.gateway(1).exitCode()).isEqualTo(143);
    assertThat(reader.get(30, TimeUnit.SECONDS).terminal()).isInstanceOf(RelayEvent.End.class);
    assertThat(begun.attempt()).as("the worker let it end").isEqualTo(1);
  }

  /** What a run doesn't come to, and what nobody may. */
  private static void checkRights(Jedis admin) {
    assertThat(allowed(admin, "relay-worker", "XGROUP", "DELCONSUMER", JOBS, "g", "c")).isTrue();
    assertThat(allowed(admin, "relay-worker", "SSUBSCRIBE", "push:{user:a:chat:b}")).isFalse();
    assertThat(allowed(admin, "relay-gateway", "SSUBSCRIBE", "push:{user:a:chat:b}")).isTrue();
    assertThat(
            allowed(admin, "relay-gateway", "XREADGROUP", "GROUP", "g", "c", "STREAMS", JOBS, ">"))
        .isFalse();
    assertThat(allowed(admin, "relay-gateway", "XDEL", JOBS, "1-1")).isFalse();
    for (String user : new String[] {"relay-gateway", "relay-worker"}) {
      assertThat(allowed(admin, user, "ASKING")).isTrue();
      assertThat(allowed(admin, user, "CLUSTER", "SLOTS")).isTrue();
      assertThat(allowed(admin, user, "DEL", "{user:a:chat:b}")).isFalse();
      assertThat(allowed(admin, user, "GET", "elsewhere")).isFalse();
      assertThat(allowed(admin, user, "XADD", "elsewhere", "*", "a", "b")).isFalse();
      assertThat(allowed(admin, user, "KEYS", "*")).isFalse();
      assertThat(allowed(admin, user, "FLUSHALL")).isFalse();
      assertThat(allowed(admin, user, "CONFIG", "GET", "requirepass")).isFalse();
    }
  }

  private static boolean allowed(Jedis admin, String user, String command, String... arguments) {
    return admin.aclDryRun(user, command, arguments).equals("OK");
  }
}
