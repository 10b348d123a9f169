package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * PostgreSQL goes back to an earlier moment under a Redis that doesn't, as docs/operating/backup.md
 * has an operator do it.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class RestoreTest {
  private static final Pattern STATEMENT =
      Pattern.compile("(?s)```sql\\s+(UPDATE sessions .*?)```");
  private static final String MODEL = "demo-t30-i5-f5-vary";

  @TempDir Path folder;

  @Test
  void afterARestore_turnsRunAndNoIdComesTwice() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.builder().start();
        EmbeddedPostgreSql postgres = EmbeddedPostgreSql.builder().fsync(false).start();
        Jedis jedis = new Jedis(redis.host(), redis.port())) {
      RecordedData backup;
      Reading kept;
      Reading lost;
      try (VersionSystem system = VersionSystem.current(folder, redis, postgres)) {
        String key = system.makeKey();
        kept = tell(system, key, "before");
        backup = RecordedData.take("backup", key, postgres, jedis, Map.of());
        lost = tell(system, key, "lost");
        tell(system, key, "lost too");
      }

      restore(postgres, backup);
      jedis.flushAll();

      try (VersionSystem system = VersionSystem.current(folder, redis, postgres)) {
        Reading after = tell(system, backup.key(), "after");
        StreamClient client = client(backup.key());
        Reading again = new Reading();
        again.add(lost.events().get(3)); // a cursor of the time that is gone
        client.read(system.url() + "/api/chat/story/stream", again, Reading.Event::terminal);

        assertThat(again.events().subList(1, again.events().size())).isEqualTo(after.events());
        assertThat(kept.terminal().type()).isEqualTo("end");
      }
    }
  }

  private static StreamClient client(String key) {
    return new StreamClient("authorization", "Bearer " + key);
  }

  private static Reading tell(VersionSystem system, String key, String message) throws Exception {
    StreamClient client = client(key);
    String turn =
        client.submit(
            system.url() + "/api/chat/story",
            "{\"message\":\"%s\",\"model\":\"%s\"}".formatted(message, MODEL));
    Reading reading = client.readToEnd(turn, new Reading());
    reading.check();
    assertThat(reading.terminal().type()).as("%s", reading.terminal()).isEqualTo("end");
    return reading;
  }

  private static void restore(EmbeddedPostgreSql postgres, RecordedData backup) throws Exception {
    try (Connection database =
            DriverManager.getConnection(
                postgres.jdbcUrl(), postgres.username(), postgres.password());
        Statement statement = database.createStatement()) {
      statement.execute("TRUNCATE api_keys, sessions, turns, attempts, messages");
      backup.putRows(database);
      assertThat(statement.executeUpdate(documented())).isEqualTo(1);
    }
  }

  private static String documented() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "operating", "backup.md"));
    Matcher statement = STATEMENT.matcher(page);
    assertThat(statement.find()).isTrue();
    return statement.group(1);
  }
}
