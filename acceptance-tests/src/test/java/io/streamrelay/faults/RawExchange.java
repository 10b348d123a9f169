package io.streamrelay.faults;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** One request on a bare socket, which its client may leave at any time. Used by one thread. */
final class RawExchange implements AutoCloseable {
  private static final int MOST_WAIT_MILLIS = 30_000;
  private static final int MOST_HEAD = 16_384;

  private final Socket socket = new Socket();

  /**
   * How an answer begins.
   *
   * @param text status line, headers and what came of the body with them
   */
  record Head(int status, String text) {
    boolean says(String words) {
      return text.contains(words);
    }
  }

  /** Sends it; the answer is left where it is. */
  static RawExchange get(URI gateway, String path) throws IOException {
    return new RawExchange(gateway, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, "");
  }

  /** Likewise, with a JSON body. */
  static RawExchange post(URI gateway, String path, String body) throws IOException {
    String head =
        "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    return new RawExchange(gateway, head, path, body);
  }

  private RawExchange(URI gateway, String head, String path, String body) throws IOException {
    socket.setSoTimeout(MOST_WAIT_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.getPort()));
    String request = head.formatted(path, gateway.getAuthority()) + body;
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }

  /** Blocks until the headers are there, and the body of a problem. */
  Head head() throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder text = new StringBuilder();
    while (!isWhole(text)) {
      int next = in.read();
      if (next < 0 || text.length() > MOST_HEAD) {
        break;
      }
      text.append((char) next);
    }
    String[] words = text.toString().split(" ", 3);
    return new Head(words.length < 2 ? 0 : Integer.parseInt(words[1]), text.toString());
  }

  private static boolean isWhole(StringBuilder text) {
    int end = text.indexOf("\r\n\r\n");
    return end >= 0 && (text.indexOf(" 200 ") > 0 || text.indexOf("}", end) > 0);
  }

  boolean isClosed() {
    return socket.isClosed();
  }

  /** Leaves by a reset, whatever is under way. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    reset();
  }
}
