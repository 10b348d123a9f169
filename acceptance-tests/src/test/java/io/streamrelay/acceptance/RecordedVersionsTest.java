package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.quickstart.EmbeddedRedis;
import io.streamrelay.worker.provider.demo.DemoText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;

/**
 * What earlier versions left in PostgreSQL and Redis when they were taken away in the middle of
 * their work is served, gone on with and ended by this one. {@link VersionRecorder} made the files.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class RecordedVersionsTest {
  @TempDir Path folder;

  static List<Path> versions() throws IOException {
    try (Stream<Path> files = Files.list(VersionRecorder.RECORDED)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void whatAVersionLeft_isServedAndEndedByThisOne(Path file) throws Exception {
    RecordedData data = RecordedData.read(file);
    try (EmbeddedRedis redis = EmbeddedRedis.builder().start();
        EmbeddedPostgreSql postgres = EmbeddedPostgreSql.builder().fsync(false).start();
        Jedis jedis = new Jedis(redis.host(), redis.port())) {
      data.put(postgres, jedis);
      try (VersionSystem current = VersionSystem.current(folder, redis, postgres)) {
        Client client = new Client(current.url(), data);

        client.readsAgain("ended");
        client.readsAgain("failed");
        client.readsAgain("cancelled");
        client.resumes("ended");
        client.readsFromPostgreSql("expired");
        client.readsOn("broken", 2);
        client.readsOn("behind", 1);
        client.readsOn("queued", 1);
        client.goesOn("ended");
        jedis.flushAll();
        client.readsFromPostgreSql("ended");
        client.readsFromPostgreSql("cancelled");
      }
    }
  }

  private record Client(String url, RecordedData data, StreamClient http) {
    Client(String url, RecordedData data) {
      this(url, data, new StreamClient("authorization", "Bearer " + data.key()));
    }

    private RecordedData.Turn turn(String name) {
      return Objects.requireNonNull(data.turns().get(name), name);
    }

    private Reading read(String name, Reading begun) throws InterruptedException {
      String turn =
          url + "/api/chat/" + VersionRecorder.session(name) + "/turns/" + turn(name).id();
      return http.readToEnd(turn, begun);
    }

    /** All of it, under the ids it had. */
    void readsAgain(String name) throws InterruptedException {
      Reading then = turn(name).reading();
      Reading now = read(name, new Reading());

      now.check();
      assertThat(ids(now)).as(name).isEqualTo(ids(then));
      assertThat(now.text()).isEqualTo(then.text());
    }

    private static List<String> ids(Reading reading) {
      return reading.events().stream().map(event -> event.id() + " " + event.type()).toList();
    }

    void resumes(String name) throws InterruptedException {
      List<Reading.Event> events = turn(name).events();
      Reading half = new Reading();
      events.subList(0, events.size() / 2).forEach(half::add);

      Reading whole = read(name, half);

      whole.check();
      assertThat(ids(whole)).isEqualTo(ids(turn(name).reading()));
    }

    void readsFromPostgreSql(String name) throws InterruptedException {
      Reading then = turn(name).reading();
      Reading now = read(name, new Reading());

      now.check();
      assertThat(now.events()).anyMatch(event -> event.type().equals("snapshot"));
      assertThat(now.terminal().id()).isEqualTo(then.terminal().id());
      assertThat(now.text()).isEqualTo(then.text());
    }

    /** From where its reader was, to the end that it hadn't. */
    void readsOn(String name, int attempt) throws InterruptedException {
      RecordedData.Turn turn = turn(name);
      Reading whole = read(name, turn.reading());

      whole.check();
      assertThat(whole.terminal().type()).as("%s", whole.terminal()).isEqualTo("end");
      assertThat(whole.attempt()).isEqualTo(attempt);
      assertThat(Answer.sha256(whole.text()))
          .isEqualTo(Answer.sha256(DemoText.of(turn.model(), turn.question(), attempt)));
    }

    void goesOn(String name) throws Exception {
      String session = url + "/api/chat/" + VersionRecorder.session(name);
      String turn = http.submit(session, "{\"message\":\"On\",\"model\":\"demo-t5-i5-f5\"}");
      Reading reading = http.readToEnd(turn, new Reading());
      reading.check();
      assertThat(reading.terminal().json().path("usage").path("inputTokens").asInt())
          .as("the prompt has what was said before")
          .isGreaterThan(10);
    }
  }
}
