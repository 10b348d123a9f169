package io.streamrelay.benchmarks.prove;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.benchmarks.load.SseEvents;
import io.streamrelay.benchmarks.prove.EventConnection.End;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class EventConnectionTest {
  private static final String TWO = "event: a\ndata: 1\nid: 1-0\n\nevent: b\ndata: 2\nid: 1-1\n\n";

  private final List<String> seen = new ArrayList<>();
  private final SseEvents events = new SseEvents((event, data, id) -> seen.add(event + id));

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void read_handsOnAllThatTheServerSays() {
    End end = new EventConnection(bytes(TWO), System::nanoTime).read(-1, events);

    assertThat(end).isEqualTo(End.CLOSED);
    assertThat(seen).containsExactly("a1-0", "b1-1");
  }

  @Test
  void read_dropsAtTheByte() {
    int first = TWO.indexOf("event: b");

    assertThat(new EventConnection(bytes(TWO), System::nanoTime).read(first - 1, events))
        .isEqualTo(End.DROPPED);
    assertThat(seen).isEmpty();
    assertThat(new EventConnection(bytes(TWO), System::nanoTime).read(first, events))
        .isEqualTo(End.DROPPED);
    assertThat(seen).containsExactly("a1-0");
  }

  @Test
  void read_saysThatTheConnectionBroke() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("reset");
          }
        };

    assertThat(new EventConnection(broken, System::nanoTime).read(-1, events))
        .isEqualTo(End.BROKEN);
  }

  /** A server that says nothing, until it is closed. */
  private static final class Silence extends InputStream {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch read = new CountDownLatch(1);

    @Override
    public int read() throws IOException {
      read.countDown();
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("closed");
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  private End watched(Duration patience, Duration passed) throws Exception {
    Silence silence = new Silence();
    long now = System.nanoTime();
    EventConnection connection = new EventConnection(silence, () -> now + patience.toNanos());
    CompletableFuture<End> end =
        CompletableFuture.supplyAsync(
            () -> connection.read(-1, events), Thread::startVirtualThread);
    silence.read.await();

    connection.lookAt(now);
    assertThat(end).isNotDone();
    connection.lookAt(now + passed.toNanos());
    return end.get();
  }

  @Test
  void lookAt_closesWhatItsReaderHasNoPatienceForAnyMore() throws Exception {
    assertThat(watched(Duration.ofSeconds(5), Duration.ofSeconds(6))).isEqualTo(End.OVERDUE);
  }

  @Test
  void lookAt_closesWhatIsSilentForTooLong() throws Exception {
    assertThat(watched(Duration.ofMinutes(5), Duration.ofSeconds(30))).isEqualTo(End.SILENT);
  }
}
