package io.streamrelay.benchmarks.budget;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that ask for an event stream, read its first bytes, and then nothing more. Not
 * thread-safe.
 */
final class SilentReaders implements AutoCloseable {
  private final List<SocketChannel> connections = new ArrayList<>();
  private final InetSocketAddress gateway;
  private final int receiveBytes;

  /**
   * @param receiveBytes the kernel's receive buffer of each
   */
  SilentReaders(int port, int receiveBytes) {
    this.gateway = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.receiveBytes = receiveBytes;
  }

  /** Opens one; returns once it was answered with 200. */
  void open(String path) throws IOException {
    SocketChannel connection = SocketChannel.open();
    connections.add(connection);
    connection.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
    connection.connect(gateway);
    String request =
        "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + gateway.getPort() + "\r\n\r\n";
    connection.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    ByteBuffer first = ByteBuffer.allocate(64);
    connection.read(first);
    String answer = new String(first.array(), 0, first.position(), StandardCharsets.US_ASCII);
    if (!answer.startsWith("HTTP/1.1 200")) {
      throw new IllegalStateException(path + " was answered with " + answer.lines().findFirst());
    }
  }

  @Override
  public void close() {
    for (SocketChannel connection : connections) {
      try {
        connection.close();
      } catch (IOException e) {
        // It is closed.
      }
    }
  }
}
