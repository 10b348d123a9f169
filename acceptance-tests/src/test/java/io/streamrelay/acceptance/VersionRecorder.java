package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.faults.Build;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * Writes down what a version leaves, with its own jars: {@code -Drecord=<name> -Dolder=<revision>};
 * without a revision those of this build. CONTRIBUTING.md says when.
 */
@EnabledIfSystemProperty(named = "record", matches = ".+")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class VersionRecorder {
  static final Path RECORDED = Path.of("src", "test", "resources", "recorded-versions");

  private final Map<String, RecordedData.Turn> turns = new LinkedHashMap<>();
  @TempDir Path folder;

  static String session(String name) {
    return name.equals("behind") ? "broken" : name;
  }

  @Test
  void record() throws Exception {
    String name = System.getProperty("record");
    String older = System.getProperty("older", "");
    Build build = older.isEmpty() ? Build.CURRENT : Build.older(older);
    try (EmbeddedRedis redis = EmbeddedRedis.builder().start();
        EmbeddedPostgreSql postgres = EmbeddedPostgreSql.builder().fsync(false).start();
        Jedis jedis = new Jedis(redis.host(), redis.port());
        VersionSystem system =
            VersionSystem.start(build.gateway(), build.worker(), folder, redis, postgres)) {
      String key = system.makeKey();
      StreamClient client = new StreamClient("authorization", "Bearer " + key);
      for (String session : new String[] {"ended", "expired"}) {
        hand(client, system, session, "demo-t40-i30-f5", "");
        readToEnd(client, system, session);
      }
      hand(client, system, "failed", "demo-t40-i30-f5-e20", "");
      readToEnd(client, system, "failed");
      hand(client, system, "cancelled", "demo-t400-i30-f5", "");
      readSome(client, system, "cancelled");
      client.post(system.url() + "/api/chat/cancelled/cancel", "{}");
      readToEnd(client, system, "cancelled");
      hand(client, system, "broken", "demo-t60-i30-f5-vary", "");
      hand(client, system, "behind", "demo-t20-i30-f5", ",\"onBusy\":\"enqueue\"");
      readSome(client, system, "broken");
      system.worker().kill();
      hand(client, system, "queued", "demo-t20-i30-f5", "");
      jedis.keys("{user:*:chat:expired}").forEach(jedis::del);
      RecordedData.take(build.name(), key, postgres, jedis, turns)
          .write(RECORDED.resolve(name + ".json"));
    }
  }

  private void hand(
      StreamClient client, VersionSystem system, String name, String model, String more)
      throws Exception {
    String question = "Tell me about " + name;
    StreamClient.Answer answer =
        client.post(
            system.url() + "/api/chat/" + session(name),
            "{\"message\":\"%s\",\"model\":\"%s\"%s}".formatted(question, model, more));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    keep(name, new RecordedData.Turn(answer.text("turnId"), question, model, List.of()));
  }

  private void keep(String name, RecordedData.Turn turn) {
    turns.put(name, turn);
  }

  private String stream(VersionSystem system, String name) {
    return "%s/api/chat/%s/turns/%s".formatted(system.url(), session(name), turns.get(name).id());
  }

  private void readToEnd(StreamClient client, VersionSystem system, String name) throws Exception {
    Reading reading = client.readToEnd(stream(system, name), turns.get(name).reading());
    reading.check();
    keep(name, reading);
  }

  /** Until there is some text. */
  private void readSome(StreamClient client, VersionSystem system, String name) throws Exception {
    Reading reading = new Reading();
    client.read(stream(system, name) + "/stream", reading, event -> reading.text().length() >= 60);
    assertThat(reading.ended()).isFalse();
    keep(name, reading);
  }

  private void keep(String name, Reading reading) {
    RecordedData.Turn turn = turns.get(name);
    keep(name, new RecordedData.Turn(turn.id(), turn.question(), turn.model(), reading.events()));
  }
}
