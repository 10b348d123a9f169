package io.streamrelay.gateway.dialect.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.dialect.Dialect;
import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.StreamMeters;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.time.SystemTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.OutgoingEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** On a socket that takes whatever is written and never ends by itself. */
class ChatSocketTest {
  private static final long CLOSING_NANOS = Duration.ofSeconds(6).toNanos();

  private final SystemTime time = new SystemTime();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Byte> sent = new ArrayList<>();
  private int demands;
  private boolean aborted;
  private final CoreSession session =
      new CoreSession.Empty() {
        @Override
        public void sendFrame(OutgoingEntry entry) {
          sent.add(entry.getFrame().getOpCode());
          entry.getCallback().succeeded();
        }

        @Override
        public void demand() {
          demands++;
        }

        @Override
        public void abort() {
          aborted = true;
        }
      };
  private ChatSocket socket;

  @BeforeEach
  void open() {
    ChatSockets all =
        new ChatSockets(
            null,
            time,
            Runnable::run,
            new Random(1),
            meters,
            new StreamMeters(meters, Dialect.WEBSOCKET),
            new WebSocketProperties(
                DataSize.ofKilobytes(64),
                50,
                200,
                Duration.ofSeconds(10),
                64,
                1000,
                10_000,
                32 * 1024,
                Duration.ofSeconds(10),
                Duration.ofSeconds(15),
                Duration.ofSeconds(15)),
            1 << 18);
    Caller caller = new Caller(new Owner("c"), null, false);
    socket = all.make(caller, new OpenStreams(1, 1, "sockets").take(caller));
    socket.onOpen(session, Callback.NOOP);
  }

  private void receive(byte opCode) {
    socket.onFrame(new Frame(opCode, true, ByteBuffer.allocate(0)), Callback.NOOP);
  }

  @Test
  void closeOfTheClient_thatCantBeAnsweredIsCut() {
    socket.onFrame(CloseStatus.NORMAL_STATUS.toFrame(), Callback.NOOP);
    socket.tick(time.nanos());
    assertThat(aborted).isFalse();

    socket.tick(time.nanos() + CLOSING_NANOS);

    assertThat(aborted).isTrue();
  }

  @Test
  void floodAfterTheClose_isReadOnlySoFar() {
    receive(OpCode.BINARY);
    assertThat(sent).containsExactly(OpCode.CLOSE);

    int read = 0;
    while (demands > read && read < 1_000_000) {
      read = demands;
      receive(OpCode.PING);
    }
    socket.tick(time.nanos() + CLOSING_NANOS);

    assertThat(read).isBetween(1000, 5000);
    assertThat(sent).containsExactly(OpCode.CLOSE);
    assertThat(aborted).isTrue();
  }
}
