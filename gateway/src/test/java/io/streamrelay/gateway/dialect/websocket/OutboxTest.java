package io.streamrelay.gateway.dialect.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.gateway.dialect.Dialect;
import io.streamrelay.gateway.dialect.StreamMeters;
import io.streamrelay.protocol.time.SystemTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.OutgoingEntry;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** On a socket that takes each write when the test says so. */
class OutboxTest {
  private static final int MOST = 10;
  private static final int FRAME = 125;

  private final List<String> sent = new ArrayList<>();
  private final List<Callback> writes = new ArrayList<>(); // of which none is through
  private boolean takesAtOnce;
  private final List<String> told = new ArrayList<>();
  private final CoreSession socket =
      new CoreSession.Empty() {
        @Override
        public void sendFrame(OutgoingEntry entry) {
          Frame frame = entry.getFrame();
          String text =
              frame.getPayload() == null
                  ? ""
                  : StandardCharsets.UTF_8.decode(frame.getPayload().slice()).toString();
          sent.add(OpCode.name(frame.getOpCode()) + (frame.isFin() ? " " : "… ") + text);
          if (takesAtOnce) {
            entry.getCallback().succeeded();
          } else if (!entry.isBatch()) {
            writes.add(entry.getCallback());
          }
        }
      };
  private final Outbox outbox =
      new Outbox(
          socket,
          new WebSocketProperties(
              DataSize.ofBytes(FRAME),
              50,
              200,
              Duration.ofSeconds(10),
              64,
              1000,
              10_000,
              MOST,
              Duration.ofSeconds(10),
              Duration.ofSeconds(15),
              Duration.ofSeconds(15)),
          new SystemTime(),
          Runnable::run,
          new StreamMeters(new SimpleMeterRegistry(), Dialect.WEBSOCKET));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void add(String text) {
    outbox.add(bytes(text), 0, null);
  }

  private void taken() {
    writes.removeFirst().succeeded();
  }

  @Test
  void whatComesDuringAWrite_goesOutWithTheNext() {
    outbox.answer(bytes("1"));
    outbox.answer(bytes("2"));
    outbox.answer(bytes("3"));
    assertThat(sent).containsExactly("TEXT 1");

    taken();

    assertThat(sent).containsExactly("TEXT 1", "TEXT 2", "TEXT 3");
    assertThat(writes).hasSize(1);
  }

  @Test
  void longText_isInFramesOfTheBound() {
    takesAtOnce = true;
    outbox.answer(bytes("a".repeat(2 * FRAME + 1)));

    assertThat(sent)
        .containsExactly(
            "TEXT… " + "a".repeat(FRAME), "CONTINUATION… " + "a".repeat(FRAME), "CONTINUATION a");
  }

  @Test
  void full_tellsTheLongestWaitingFirstAndOneAtATime() {
    List<Runnable> readers = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      readers.add(new Reader(name));
    }
    outbox.answer(bytes("busy"));
    readers.forEach(reader -> assertThat(outbox.isReady(reader)).isFalse());

    for (int round = 0; round < 6; round++) {
      taken();
    }

    assertThat(told).containsExactly("a", "b", "c", "a", "b", "c");
  }

  /** Always has more than there is room for. */
  private final class Reader implements Runnable {
    private final String name;

    Reader(String name) {
      this.name = name;
    }

    @Override
    public void run() {
      told.add(name);
      while (outbox.isReady(this)) {
        add(name.repeat(MOST));
      }
      outbox.flush(this);
      assertThat(outbox.isReady(this)).isFalse();
    }
  }

  @Test
  void fastSocket_isReadyAgainAtOnceAndTellsNobody() {
    takesAtOnce = true;
    Runnable reader = () -> told.add("reader");
    add("x".repeat(MOST));
    assertThat(outbox.isReady(reader)).isFalse();

    outbox.flush(reader);

    assertThat(outbox.isReady(reader)).isTrue();
    assertThat(told).isEmpty();
  }

  @Test
  void reading_goesOnOnceAnswersHaveAPlace() {
    outbox.answer(bytes("busy"));
    outbox.whenReady(() -> told.add("read"));
    assertThat(told).isEmpty();

    taken();

    assertThat(told).containsExactly("read");
  }

  @Test
  void close_comesAfterWhatWasAddedAndNothingAfterIt() {
    outbox.answer(bytes("busy"));
    add("last");
    outbox.close(new CloseStatus(1000, ""));
    outbox.answer(bytes("too late"));
    outbox.whenReady(() -> told.add("read"));

    taken();
    assertThat(sent).containsExactly("TEXT busy", "TEXT last");
    taken();

    assertThat(sent).hasSize(3);
    assertThat(sent.getLast()).startsWith("CLOSE ");
    taken();
    assertThat(told).containsExactly("read"); // for the client's own close
    assertThat(outbox.isReady(() -> {})).isFalse();
  }

  @Test
  void pings_areAnsweredOnceHoweverManyCame() {
    outbox.answer(bytes("busy"));
    for (int i = 0; i < 1000; i++) {
      outbox.pong(bytes("p" + i));
    }

    taken();

    assertThat(sent).containsExactly("TEXT busy", "PONG p999");
  }

  @Test
  void failedWrite_forgetsAll() {
    outbox.answer(bytes("busy"));
    add("never");
    outbox.isReady(() -> told.add("reader"));

    writes.removeFirst().failed(new IllegalStateException("gone"));
    outbox.answer(bytes("nor this"));

    assertThat(sent).containsExactly("TEXT busy");
    assertThat(told).isEmpty();
    assertThat(outbox.writingNanos(System.nanoTime())).isZero();
  }
}
