package io.streamrelay.protocol.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each thing that can happen on the way, seen at the sockets of both ends. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FaultProxyTest {
  private static final int SILENCE_MILLIS = 300;

  private ServerSocket server;
  private FaultProxy proxy;
  private Socket client;
  private Socket peer;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    proxy = new FaultProxy(server.getLocalPort());
    client = connectOne();
    peer = server.accept();
    peer.setTcpNoDelay(true);
    assertThat(roundTrip("hello")).isEqualTo("hello");
  }

  private Socket connectOne() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setTcpNoDelay(true);
    return socket;
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    peer.close();
    proxy.close();
    server.close();
  }

  @Test
  void pass_handsOnBothWaysAndTheEndOfEach() throws IOException {
    assertThat(roundTrip("ping")).isEqualTo("ping");

    client.shutdownOutput();
    assertThat(peer.getInputStream().read()).isEqualTo(-1);
    send(peer, "still here");
    assertThat(receive(client, 10)).isEqualTo("still here");
    peer.close();

    assertThat(client.getInputStream().read()).isEqualTo(-1);
    await().until(() -> proxy.connections() == 0);
  }

  @Test
  void delay_holdsEachPieceBackAndLosesNone() throws IOException {
    proxy.delay(Duration.ofMillis(100), Duration.ofMillis(50));

    long began = System.nanoTime();
    String answer = roundTrip("slow");

    assertThat(answer).isEqualTo("slow");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(200));
  }

  @Test
  void slice_sendsPiecesOfThatSize() throws IOException {
    proxy.slice(1);
    proxy.delay(Duration.ofMillis(5), Duration.ZERO);

    send(client, "abcdef");
    byte[] first = new byte[6];
    int length = peer.getInputStream().read(first);

    assertThat(length).isLessThan(6);
    assertThat(new String(first, 0, length, StandardCharsets.US_ASCII) + receive(peer, 6 - length))
        .isEqualTo("abcdef");
  }

  @Test
  void bandwidth_boundsTheRate() throws IOException {
    proxy.bandwidth(20_000);

    long began = System.nanoTime();
    send(client, "x".repeat(10_000));
    String received = receive(peer, 10_000);

    assertThat(received).hasSize(10_000);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(400));
  }

  @Test
  void stall_isSilentUntilItPassesAgain() throws IOException {
    proxy.stall();

    send(client, "lost?");
    assertSilent(peer);
    try (Socket another = connectOne();
        Socket itsPeer = server.accept()) {
      send(another, "me too");
      assertSilent(itsPeer);
      proxy.pass();

      assertThat(receive(peer, 5)).isEqualTo("lost?");
      assertThat(receive(itsPeer, 6)).isEqualTo("me too");
    }
  }

  @Test
  void stallThose_isForGoodAndNotForThoseThatCome() throws IOException {
    proxy.stallThose();
    proxy.pass();

    send(client, "lost");
    assertSilent(peer);
    try (Socket another = connectOne();
        Socket itsPeer = server.accept()) {
      send(another, "fine");
      assertThat(receive(itsPeer, 4)).isEqualTo("fine");
    }
  }

  @Test
  void cut_resetsBothSides() {
    proxy.cut();

    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketException.class);
    assertThat(proxy.connections()).isZero();
  }

  @Test
  void refuse_takesNobodyUntilItPassesAgain() throws IOException {
    proxy.refuse();

    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    try (Socket refused = connectOne()) {
      assertThat(readOrReset(refused)).isEqualTo(-1);
    }
    proxy.pass();

    try (Socket another = connectOne();
        Socket itsPeer = server.accept()) {
      send(another, "back");
      assertThat(receive(itsPeer, 4)).isEqualTo("back");
    }
  }

  @Test
  void to_leadsToTheOtherServer() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      proxy.to(other.getLocalPort());

      assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketException.class);
      try (Socket another = connectOne();
          Socket itsPeer = other.accept()) {
        send(another, "moved");
        assertThat(receive(itsPeer, 5)).isEqualTo("moved");
      }
    }
  }

  @Test
  void halfClose_endsWhatTheClientHearsAndNotWhatItSays() throws IOException {
    proxy.halfClose();

    assertThat(client.getInputStream().read()).isEqualTo(-1);
    send(client, "anybody?");
    assertThat(receive(peer, 8)).isEqualTo("anybody?");
    send(peer, "yes");
    send(client, "hm");
    assertThat(receive(peer, 2)).isEqualTo("hm");
  }

  @Test
  void loseReplies_losesTheReplyNotTheRequest() throws IOException {
    proxy.loseReplies(1, 7);

    send(client, "write");
    assertThat(receive(peer, 5)).isEqualTo("write");
    send(peer, "done");

    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    assertThat(proxy.repliesLost()).isEqualTo(1);
  }

  @Test
  void loseReplyAfter_losesTheOneThatPassesThatByte() throws IOException {
    proxy.loseReplyAfter(9);

    assertThat(roundTrip("12345")).isEqualTo("12345");
    send(peer, "67890");

    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
  }

  @Test
  void loseReplyTo_losesOnlyThatOne() throws Exception {
    Failpoint failpoint = proxy.loseReplyTo("COMMIT");

    assertThat(roundTrip("BEGIN")).isEqualTo("BEGIN");
    assertThat(failpoint.isReached()).isFalse();
    send(client, "COM");
    assertThat(receive(peer, 3)).isEqualTo("COM");
    send(client, "MIT");
    assertThat(receive(peer, 3)).isEqualTo("MIT");
    send(peer, "done");

    failpoint.await(Duration.ofSeconds(5));
    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
  }

  @Test
  void hold_keepsTheRequestBackUntilItIsReleased() throws Exception {
    Failpoint failpoint = proxy.hold("COMMIT");

    assertThat(roundTrip("BEGIN")).isEqualTo("BEGIN");
    send(client, "COMMIT");
    failpoint.await(Duration.ofSeconds(5));
    assertSilent(peer);
    failpoint.release();

    assertThat(receive(peer, 6)).isEqualTo("COMMIT");
    assertThat(roundTrip("COMMIT")).isEqualTo("COMMIT");
  }

  private String roundTrip(String text) throws IOException {
    send(client, text);
    String arrived = receive(peer, text.length());
    send(peer, arrived);
    return receive(client, text.length());
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String receive(Socket socket, int length) throws IOException {
    socket.setSoTimeout(10_000);
    byte[] bytes = socket.getInputStream().readNBytes(length);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static void assertSilent(Socket socket) throws IOException {
    socket.setSoTimeout(SILENCE_MILLIS);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
  }

  private static int readOrReset(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read();
    } catch (SocketException e) {
      return -1;
    }
  }
}
