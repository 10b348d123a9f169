package io.streamrelay.gateway.dialect.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client that reads when it is told to, byte by byte if need be. */
final class RawClient implements AutoCloseable {
  private final Socket socket = new Socket();
  private final InputStream in;
  private final StringBuilder unread = new StringBuilder();
  private boolean within; // the body: past a chunk that wasn't its last

  RawClient(int port) throws IOException {
    this(port, 65536);
  }

  RawClient(int port, int receiveBuffer) throws IOException {
    socket.setReceiveBufferSize(receiveBuffer);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    socket.setSoTimeout(10_000);
    in = socket.getInputStream();
  }

  /** Asks for a session's stream and reads the head of the answer. */
  String get(String session) throws IOException {
    send(session);
    return head();
  }

  /** The head of an answer. */
  String head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(UTF_8).endsWith("\r\n\r\n")) {
      head.write(readByte());
    }
    return head.toString(UTF_8);
  }

  void send(String session) throws IOException {
    String request = "GET /" + session + " HTTP/1.1\r\nHost: x\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(UTF_8));
  }

  void sayNoMore() throws IOException {
    socket.shutdownOutput();
  }

  /** The next block of the event stream, with its empty line. */
  String block() throws IOException {
    while (unread.indexOf("\n\n") < 0) {
      String chunk = chunk();
      if (chunk.isEmpty()) {
        throw new EOFException("the body ends");
      }
      unread.append(chunk);
    }
    int end = unread.indexOf("\n\n") + 2;
    String block = unread.substring(0, end);
    unread.delete(0, end);
    return block;
  }

  /** All that is left of the body. */
  String rest() throws IOException {
    for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
      unread.append(chunk);
    }
    String all = unread.toString();
    unread.setLength(0);
    return all;
  }

  /** One chunk of the chunked body; empty at its end. */
  private String chunk() throws IOException {
    if (within) {
      in.readNBytes(2); // Jetty sends a chunk's last line end with the next chunk
    }
    StringBuilder size = new StringBuilder();
    for (int b = readByte(); b != '\n'; b = readByte()) {
      size.append((char) b);
    }
    byte[] bytes = in.readNBytes(Integer.parseInt(size.toString().trim(), 16));
    within = bytes.length > 0;
    if (!within) {
      in.readNBytes(2);
    }
    return new String(bytes, UTF_8);
  }

  int readByte() throws IOException {
    int read = in.read();
    if (read < 0) {
      throw new EOFException();
    }
    return read;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Goes away with a reset instead of a goodbye. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
