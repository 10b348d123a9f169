package io.streamrelay.quickstart;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks who answers on a Redis port. */
final class RedisProbe {
  private static final int TIMEOUT_MILLIS = 1_000;

  private RedisProbe() {}

  /**
   * True if a Redis that is done loading answers there and is process {@code pid}. Without the
   * second check an orphan of an earlier run would be taken for the new server.
   */
  static boolean answers(int port, long pid) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write("PING\r\nINFO server\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput(); // a sentinel knows no QUIT
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.startsWith("+PONG") && answer.contains("process_id:" + pid + "\r\n");
    } catch (IOException e) {
      return false;
    }
  }
}
