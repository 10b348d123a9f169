package io.streamrelay.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A WebSocket of which a test says every byte itself. Not thread-safe: owned by the test. */
final class RawSocket implements AutoCloseable {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  /** No close frame came before the end. */
  static final int NO_CLOSE = -1;

  private static final String UPGRADE =
      """
      GET /ws/chat%s HTTP/1.1
      Host: 127.0.0.1:%d
      Upgrade: websocket
      Connection: Upgrade
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      %s
      """;
  private static final int READ_TIMEOUT_MILLIS = 15_000;
  private static final byte[] MASK = {0x11, 0x22, 0x33, 0x44};

  private final Socket socket;
  private final DataInputStream in;

  /** What the server said to the request. */
  record Answer(int status, Map<String, String> headers, String body) {}

  record Frame(boolean last, int opCode, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    /** Of a close frame. */
    int code() {
      return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
    }
  }

  private RawSocket(int port, int receiveBuffer) {
    try {
      socket = new Socket();
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.setSoTimeout(READ_TIMEOUT_MILLIS);
      socket.setTcpNoDelay(true);
      in = new DataInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Open, in dev mode. */
  static RawSocket open(int port) {
    return open(port, 0);
  }

  /**
   * Likewise.
   *
   * @param receiveBuffer the kernel's, in bytes; 0: as it likes
   */
  static RawSocket open(int port, int receiveBuffer) {
    RawSocket socket = new RawSocket(port, receiveBuffer);
    Answer answer = socket.upgrade(port, "", "");
    if (answer.status() != 101) {
      throw new AssertionError(answer);
    }
    return socket;
  }

  /**
   * The answer to a request to open one; the connection is closed then.
   *
   * @param headers whole lines, each with its end
   */
  static Answer asked(int port, String query, String headers) {
    try (RawSocket socket = new RawSocket(port, 0)) {
      return socket.upgrade(port, query, headers);
    }
  }

  /**
   * Likewise, to a request that is said whole.
   *
   * @param request each line with its end
   */
  static Answer asked(int port, String request) {
    try (RawSocket socket = new RawSocket(port, 0)) {
      return socket.ask(request);
    }
  }

  private Answer upgrade(int port, String query, String headers) {
    return ask(UPGRADE.formatted(query, port, headers));
  }

  private Answer ask(String request) {
    send(request.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    return answer();
  }

  private Answer answer() {
    try {
      String[] status = line().split(" ", 3);
      Map<String, String> headers = new TreeMap<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        String[] header = line.split(": ?", 2);
        headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
      }
      int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
      byte[] body = in.readNBytes(length);
      return new Answer(
          Integer.parseInt(status[1]), headers, new String(body, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException();
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  // --- Out.

  static byte[] text(String message) {
    return frame(0x80 | TEXT, message.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  static byte[] close(int code, byte... reason) {
    byte[] payload =
        ByteBuffer.allocate(2 + reason.length).putShort((short) code).put(reason).array();
    return frame(0x80 | CLOSE, payload);
  }

  /**
   * A masked frame, its length in as few bytes as it needs.
   *
   * @param first the first byte: the last of its message, reserved bits, opcode
   */
  static byte[] frame(int first, byte... payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.writeBytes(
        head(
            first,
            0x80,
            payload.length,
            payload.length < 126 ? 0 : payload.length < 65536 ? 2 : 8));
    frame.writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      frame.write(payload[i] ^ MASK[i % 4]);
    }
    return frame.toByteArray();
  }

  /**
   * The beginning of a frame, up to its length.
   *
   * @param mask 0x80 or 0
   * @param bytes of the length behind its first: 0, 2 or 8
   */
  static byte[] head(int first, int mask, long length, int bytes) {
    ByteBuffer head = ByteBuffer.allocate(2 + bytes).put((byte) first);
    switch (bytes) {
      case 0 -> head.put((byte) (mask | (int) length));
      case 2 -> head.put((byte) (mask | 126)).putShort((short) length);
      default -> head.put((byte) (mask | 127)).putLong(length);
    }
    return head.array();
  }

  RawSocket send(byte[]... frames) {
    try {
      for (byte[] frame : frames) {
        socket.getOutputStream().write(frame);
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As far as the server takes it. */
  RawSocket sendAnyhow(byte[]... frames) {
    try {
      return send(frames);
    } catch (UncheckedIOException e) {
      return this; // closed
    }
  }

  RawSocket shutdownOutput() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // --- In.

  Frame next() {
    try {
      int first = in.readUnsignedByte();
      int second = in.readUnsignedByte();
      if ((first & 0x70) != 0 || (second & 0x80) != 0) {
        throw new AssertionError("reserved bits, or a mask: " + first + ", " + second);
      }
      long length = second;
      if (second == 126) {
        length = in.readUnsignedShort();
      } else if (second == 127) {
        length = in.readLong();
      }
      byte[] payload = in.readNBytes(Math.toIntExact(length));
      return new Frame((first & 0x80) != 0, first & 0x0F, payload);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next one, whole. */
  String nextText() {
    Frame frame = next();
    StringBuilder text = new StringBuilder(frame.text());
    for (boolean last = frame.last(); !last; last = frame.last()) {
      frame = next();
      text.append(frame.text());
    }
    return text.toString();
  }

  /** All frames up to the end of the connection, which has to come. Answers a close. */
  List<Frame> toTheEnd() {
    List<Frame> frames = new ArrayList<>();
    try {
      while (true) {
        Frame frame = next();
        frames.add(frame);
        if (frame.opCode() == CLOSE) {
          sendAnyhow(frame(0x80 | CLOSE, frame.payload()));
        }
      }
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof EOFException || e.getCause() instanceof SocketException) {
        return frames;
      }
      throw e; // it doesn't come
    }
  }

  /** The code of the close frame, which is the last; the connection ends after it. */
  int closeCode() {
    List<Frame> frames = toTheEnd();
    return !frames.isEmpty() && frames.getLast().opCode() == CLOSE
        ? frames.getLast().code()
        : NO_CLOSE;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
