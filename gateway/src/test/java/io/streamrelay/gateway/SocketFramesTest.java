package io.streamrelay.gateway;

import static io.streamrelay.gateway.RawSocket.BINARY;
import static io.streamrelay.gateway.RawSocket.CLOSE;
import static io.streamrelay.gateway.RawSocket.CONTINUATION;
import static io.streamrelay.gateway.RawSocket.PING;
import static io.streamrelay.gateway.RawSocket.PONG;
import static io.streamrelay.gateway.RawSocket.TEXT;
import static io.streamrelay.gateway.RawSocket.frame;
import static io.streamrelay.gateway.RawSocket.head;
import static io.streamrelay.gateway.RawSocket.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.dialect.websocket.ChatSockets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** RFC 6455, byte by byte. */
@TestPropertySource(
    properties = {
      "relay.gateway.websocket.ping=700ms",
      "relay.gateway.websocket.pong-timeout=700ms",
      "relay.gateway.websocket.message-timeout=2s",
      "relay.gateway.websocket.frame-burst=60",
      "relay.gateway.websocket.frames-per-second=20"
    })
class SocketFramesTest extends GatewayTest {
  private static final int FIN = 0x80;
  private static final byte[] ASK = bytes("{\"type\":\"ping\",\"requestId\":\"r\"}");
  private static final String PONGED = "{\"type\":\"pong\",\"requestId\":\"r\"}";

  @Autowired ChatSockets sockets;

  private RawSocket socket;

  @BeforeEach
  void open() {
    socket = RawSocket.open(port);
  }

  @AfterEach
  void close() {
    socket.close();
    await().until(() -> sockets.active() == 0);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] part(byte[] all, int from, int to) {
    int begin = Math.min(from, all.length);
    return Arrays.copyOfRange(all, begin, Math.min(to, all.length));
  }

  /** The next message; pings may come before it. */
  private String message() {
    RawSocket.Frame frame = socket.next();
    while (frame.opCode() == PING) {
      socket.send(frame(FIN | PONG, frame.payload()));
      frame = socket.next();
    }
    assertThat(frame.opCode()).isEqualTo(TEXT);
    return frame.text();
  }

  @Test
  void message_ofOneFrameIsAnswered() {
    socket.send(frame(FIN | TEXT, ASK));

    assertThat(message()).isEqualTo(PONGED);
  }

  @Test
  void message_inFragmentsWithControlFramesBetweenIsOne() {
    socket.send(
        frame(TEXT, part(ASK, 0, 5)),
        frame(FIN | PING, bytes("between")),
        frame(CONTINUATION),
        frame(CONTINUATION, part(ASK, 5, 9)),
        frame(FIN | PONG),
        frame(FIN | CONTINUATION, part(ASK, 9, 100)));

    RawSocket.Frame pong = socket.next();
    assertThat(pong.opCode()).isEqualTo(PONG);
    assertThat(pong.text()).isEqualTo("between");
    assertThat(message()).isEqualTo(PONGED);
  }

  @Test
  void message_byteByByteIsAnswered() {
    for (byte one : frame(FIN | TEXT, ASK)) {
      socket.send(new byte[] {one});
    }

    assertThat(message()).isEqualTo(PONGED);
  }

  @Test
  void message_ofSixtyFourKibInOneFrameIsTaken() {
    byte[] large = bytes("{\"type\":\"ping\",\"x\":\"" + "a".repeat(65536 - 22) + "\"}");
    assertThat(large).hasSize(65536);

    socket.send(frame(FIN | TEXT, large));

    assertThat(message()).contains("unknown field");
  }

  @Test
  void pings_areAnsweredWithWhatTheyHad() {
    byte[] most = bytes("a".repeat(125));
    socket.send(frame(FIN | PING, most));
    assertThat(socket.next().payload()).isEqualTo(most);

    socket.send(frame(FIN | PING));
    assertThat(socket.next().opCode()).isEqualTo(PONG);
  }

  @Test
  void close_isAnsweredByTheSameCode() {
    socket.send(RawSocket.close(1000));
    assertThat(socket.closeCode()).isEqualTo(1000);
  }

  @Test
  void close_withoutACodeIsAnsweredWithoutOne() {
    socket.send(frame(FIN | CLOSE));
    assertThat(socket.closeCode()).isEqualTo(1005);
  }

  static Stream<Arguments> broken() {
    byte[] hi = bytes("hi");
    return Stream.of(
        Arguments.of("a frame that isn't masked", concat(head(FIN | TEXT, 0, 2, 0), hi), 1002),
        Arguments.of("the first reserved bit", frame(FIN | 0x40 | TEXT, hi), 1002),
        Arguments.of("the second reserved bit", frame(FIN | 0x20 | TEXT, hi), 1002),
        Arguments.of("the third reserved bit", frame(FIN | 0x10 | TEXT, hi), 1002),
        Arguments.of("a reserved bit of a ping", frame(FIN | 0x40 | PING, hi), 1002),
        Arguments.of("a data opcode that is not one", frame(FIN | 3, hi), 1002),
        Arguments.of("a control opcode that is not one", frame(FIN | 11, hi), 1002),
        Arguments.of("a continuation of nothing", frame(FIN | CONTINUATION, hi), 1002),
        Arguments.of("a message in a message", concat(frame(TEXT, hi), frame(TEXT, hi)), 1002),
        Arguments.of("a ping in fragments", frame(PING, hi), 1002),
        Arguments.of("a ping of 126 bytes", frame(FIN | PING, new byte[126]), 1002),
        Arguments.of("a close of 126 bytes", frame(FIN | CLOSE, new byte[126]), 1002),
        Arguments.of("a close of one byte", frame(FIN | CLOSE, (byte) 3), 1002),
        Arguments.of("a close code below all", RawSocket.close(999), 1002),
        Arguments.of("a close code nobody sends", RawSocket.close(1006), 1002),
        Arguments.of("a reserved close code", RawSocket.close(1004), 1002),
        Arguments.of("a close code above all", RawSocket.close(5000), 1002),
        Arguments.of("a close reason not in UTF-8", RawSocket.close(1000, (byte) 0xC3), 1007),
        Arguments.of("a binary message", frame(FIN | BINARY, hi), 1003),
        Arguments.of("a binary message in fragments", frame(BINARY, hi), 1003),
        Arguments.of("text not in UTF-8", frame(FIN | TEXT, (byte) 0xFF), 1007),
        Arguments.of("an overlong form", frame(FIN | TEXT, (byte) 0xC0, (byte) 0xAF), 1007),
        Arguments.of(
            "half of a surrogate pair",
            frame(FIN | TEXT, (byte) 0xED, (byte) 0xA0, (byte) 0x80),
            1007),
        Arguments.of(
            "a code point above all",
            frame(FIN | TEXT, (byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80),
            1007),
        Arguments.of(
            "text that ends within a character", frame(FIN | TEXT, (byte) 0xE2, (byte) 0x82), 1007),
        Arguments.of(
            "text that ends within a character, at a fragment's end",
            concat(frame(TEXT, (byte) 0xE2), frame(FIN | CONTINUATION, (byte) 0x82)),
            1007),
        Arguments.of(
            "what can't become UTF-8, before the message ends", frame(TEXT, (byte) 0xFF), 1007),
        Arguments.of(
            "a frame above 64 KiB", concat(head(FIN | TEXT, 0x80, 65537, 8), new byte[8]), 1009),
        Arguments.of(
            "a length of 63 bits",
            concat(head(FIN | TEXT, 0x80, Long.MAX_VALUE, 8), new byte[8]),
            1009),
        Arguments.of(
            "a length with the highest bit", head(FIN | TEXT, 0x80, Long.MIN_VALUE, 8), 1009));
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void brokenFrame_closesTheSocket(String what, byte[] frame, int code) {
    socket.send(frame);

    assertThat(socket.closeCode()).isEqualTo(code);
  }

  @Test
  void charactersSplitBetweenFragments_areWhole() {
    String said = "\uD83D\uDE00\u20AC";
    byte[] message =
        bytes("{\"type\":\"submit\",\"requestId\":\"r\",\"message\":\"" + said + "\"}");
    int from = message.length - 2 - bytes(said).length;
    socket.send(frame(TEXT, part(message, 0, from)));
    for (int i = from; i < message.length - 2; i++) {
      socket.send(frame(CONTINUATION, message[i]));
    }
    socket.send(frame(FIN | CONTINUATION, part(message, message.length - 2, message.length)));

    assertThat(message()).contains("\"accepted\"");
    assertThat(message()).contains("\"user\"").contains(said);
  }

  @Test
  void message_largerThanABodyMayBeIsTooBig() {
    byte[] most = new byte[65536];
    Arrays.fill(most, (byte) ' ');
    socket.send(frame(TEXT, most));
    for (int i = 0; i < 40; i++) {
      socket.send(frame(CONTINUATION, most));
    }

    assertThat(socket.closeCode()).isEqualTo(1009);
  }

  @Test
  void fragmentsWithoutEnd_areNotTakenForEver() {
    socket.send(frame(TEXT, bytes(" ")));
    for (int i = 0; i < 1000; i++) {
      socket.send(frame(CONTINUATION));
    }

    assertThat(socket.closeCode()).isEqualTo(1008);
  }

  @Test
  void messageThatTakesTooLong_closesTheSocket() {
    socket.send(frame(TEXT, bytes(" ")));
    Thread.startVirtualThread(() -> {
      for (int i = 0; i < 20; i++) {
        socket.sendAnyhow(frame(CONTINUATION, bytes(" ")));
        java.util.concurrent.locks.LockSupport.parkNanos(200_000_000L);
      }
    });

    assertThat(socket.closeCode()).isEqualTo(1008);
  }

  @ParameterizedTest
  @ValueSource(ints = {PING, PONG})
  void floodOfControlFrames_closesTheSocket(int opCode) {
    for (int i = 0; i < 2000; i++) {
      socket.send(frame(FIN | opCode, bytes("flood"))); // it is read to the end
    }

    assertThat(socket.closeCode()).isEqualTo(1008);
  }

  @Test
  void clientThatNeverAnswersAClose_isCut() {
    socket.send(frame(FIN | BINARY));

    assertThat(socket.next().opCode()).isEqualTo(CLOSE);
    assertThat(socket.toTheEnd()).isEmpty();
  }

  @Test
  void clientThatAnswersPings_staysOpenAndOneThatDoesntIsClosed() {
    for (int i = 0; i < 3; i++) {
      RawSocket.Frame ping = socket.next();
      assertThat(ping.opCode()).isEqualTo(PING);
      socket.send(frame(FIN | PONG, ping.payload()));
    }

    List<RawSocket.Frame> rest = socket.toTheEnd();

    assertThat(rest.getLast().code()).isEqualTo(4408);
  }

  @Test
  void clientThatEndsItsSide_isGone() {
    socket.send(frame(TEXT, part(ASK, 0, 5))).shutdownOutput();

    assertThat(socket.toTheEnd()).isEmpty();
  }

  @Test
  void frameThatStopsInTheMiddle_isClosedForSilence() {
    socket.send(part(frame(FIN | TEXT, ASK), 0, 9));

    assertThat(socket.closeCode()).isEqualTo(4408);
  }

  /** Valid conversations, each broken somewhere. */
  @Test
  void mutations_neverHangAndHurtNobodyElse() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    byte[] conversation =
        IntStream.range(0, 6)
            .mapToObj(i ->
                switch (i % 3) {
                  case 0 -> concat(frame(TEXT, part(ASK, 0, 7)), frame(FIN | 0, part(ASK, 7, 99)));
                  case 1 -> frame(FIN | PING, bytes("ping"));
                  default -> text("{'type':'subscribe','requestId':'a','sessionId':'s-none'}");
                })
            .reduce(new byte[0], SocketFramesTest::concat);
    byte[] whole = concat(conversation, RawSocket.close(1000));

    for (int round = 0; round < 150; round++) {
      byte[] mutated = mutate(whole, random);
      try (RawSocket broken = RawSocket.open(port)) {
        broken.sendAnyhow(mutated).shutdownOutput();
        assertThat(broken.toTheEnd().size()).as("seed %d, round %d", seed, round).isLessThan(100);
      }
    }

    await().until(() -> sockets.active() <= 1);
    try (RawSocket fresh = RawSocket.open(port)) {
      fresh.send(frame(FIN | TEXT, ASK));
      assertThat(fresh.nextText()).isEqualTo(PONGED);
    }
  }

  private static byte[] mutate(byte[] whole, Random random) {
    byte[] mutated = whole.clone();
    switch (random.nextInt(4)) {
      case 0 -> mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      case 2 -> {
        int at = random.nextInt(mutated.length);
        return concat(part(mutated, 0, at), part(mutated, at + 1 + random.nextInt(20), 1 << 20));
      }
      default -> {
        int at = random.nextInt(mutated.length);
        byte[] inserted = new byte[1 + random.nextInt(20)];
        random.nextBytes(inserted);
        return concat(concat(part(mutated, 0, at), inserted), part(mutated, at, 1 << 20));
      }
    }
    return mutated;
  }
}
