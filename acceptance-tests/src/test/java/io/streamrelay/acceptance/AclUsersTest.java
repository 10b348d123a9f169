package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** The whole system as the users of deploy/redis/users.acl, each of which may do what it needs. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class AclUsersTest {
  private static final Path FILE = Path.of("..", "deploy", "redis", "users.acl");
  private static final String JOBS = "jobs:interactive";

  @TempDir Path folder;

  /** The file as it is shipped, with the passwords an operator gives, and one who may look. */
  private static final class WithUsers implements SomeRedis {
    private final EmbeddedRedis redis;

    WithUsers(Path folder) throws IOException {
      Path users = Files.writeString(folder.resolve("users.acl"), "");
      redis = EmbeddedRedis.builder().config("aclfile", users.toString()).start();
      String shipped = Files.readString(FILE);
      Files.writeString(
          users,
          withPassword(withPassword(shipped, "relay-gateway"), "relay-worker")
              + "user admin on >admin-secret ~* &* +@all\n");
      try (Jedis anybody = new Jedis(redis.host(), redis.port())) {
        anybody.aclLoad();
      }
    }

    /** As docs/redis.md tells it. */
    private static String withPassword(String file, String user) {
      String begin = "user " + user + " reset on";
      assertThat(file).contains(begin);
      return file.replace(begin, begin + " #" + Answer.sha256(user + "-secret"));
    }

    @Override
    public Map<String, String> environment(String module) {
      String user = module.equals("gateway") ? "relay-gateway" : "relay-worker";
      return Map.of(
          "SPRING_DATA_REDIS_PORT",
          Integer.toString(redis.port()),
          "SPRING_DATA_REDIS_USERNAME",
          user,
          "SPRING_DATA_REDIS_PASSWORD",
          user + "-secret");
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

  @Test
  void system_worksUnderItsUsersAndAsksForNothingElse() throws Exception {
    WithUsers redis = new WithUsers(folder);
    try (RelaySystem system = RelaySystem.start(folder, 2, 2, Map.of(), redis);
        Jedis admin = redis.admin()) {
      Submitted taken = Submitted.submit(system, 0, "acl-taken", "demo-t120-i25-f50-vary");
      Submitted other = Submitted.submit(system, 1, "acl-other", "demo-t120-i25-f50-vary");
      Submitted long1 = Submitted.submit(system, 0, "acl-long", "demo-t4000-i25-f50");
      Reading begunTaken = taken.readSomeText(0);
      Reading begunOther = other.readSomeText(1);
      Reading begunLong = long1.readSomeText(1);
      for (String list : List.of("turns?state=running", "turns?state=stuck", "workers")) {
        assertThat(new StreamClient().get(system.url(0) + "/admin/" + list).status())
            .isEqualTo(200);
      }
      long1.cancel(0);
      assertThat(long1.readToEnd(0, begunLong).terminal().type()).isEqualTo("cancel");
      system.worker(0).kill();
      taken.endsWithItsText(1, begunTaken);
      other.endsWithItsText(0, begunOther);

      system.worker(1).kill();
      Submitted lost = Submitted.submit(system, 0, "acl-lost", "demo-t20-i10-f10");
      admin.del(JOBS);
      system.replaceWorker(0);
      lost.endsWithItsText(0, new Reading()); // the sweeper queued it again

      assertThat(admin.aclLog()).isEmpty();
      checkRights(admin);
    }
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
