package io.streamrelay.benchmarks.prove;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.EntryId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SessionLogTest {
  private final SessionLog log = new SessionLog();

  private void saw(String id, String event, String data, long atMillis) {
    log.saw(EntryId.parse(id), event, data, Duration.ofMillis(atMillis).toNanos());
  }

  @Test
  void saw_keepsWhatWasThereFirst() {
    saw("6-0", "user", "{}", 1);
    saw("6-0", "user", "{\"other\":1}", 2);

    assertThat(log.get(EntryId.parse("6-0")))
        .isEqualTo(new SessionLog.Entry(EntryId.parse("6-0"), "user", "{}", 1_000_000));
    assertThat(log.lastId()).isEqualTo("6-0");
  }

  @Test
  void takeovers_areFromAnAttemptsLastTextToTheNextOnesFirst() {
    saw("6-0", "user", "{\"turn\":\"t1\"}", 0);
    saw("7-0", "start", "{}", 1);
    saw("7-1", "text", "{}", 10);
    saw("7-2", "text", "{}", 20);
    saw("8-0", "start", "{}", 4000);
    saw("8-1", "text", "{}", 4100);
    saw("11-0", "end", "{}", 4200);
    saw("12-0", "user", "{\"turn\":\"t2\"}", 5000);
    saw("13-1", "text", "{}", 5100);

    assertThat(log.takeovers("t1")).containsExactly(Duration.ofMillis(4080));
    assertThat(log.takeovers("t2")).isEmpty();
  }

  @Test
  void takeovers_ofAnAttemptThatSaidNothingDoNotCount() {
    saw("6-0", "user", "{\"turn\":\"t1\"}", 0);
    saw("7-0", "start", "{}", 1);
    saw("8-0", "start", "{}", 4000);
    saw("8-1", "text", "{}", 4100);

    assertThat(log.takeovers("t1")).isEmpty();
  }
}
