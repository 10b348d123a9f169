package io.streamrelay.quickstart;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Loopback TCP ports. */
final class Ports {
  /**
   * Below the ports systems give to outgoing connections, so that a server finds its port free at a
   * restart.
   */
  private static final int FIRST = 15_000;

  private static final int PAST_LAST = 32_000;

  private Ports() {}

  static int free() {
    for (int i = 0; i < 1_000; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, PAST_LAST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new StartException("No free port between " + FIRST + " and " + PAST_LAST + " was found.");
  }

  static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
