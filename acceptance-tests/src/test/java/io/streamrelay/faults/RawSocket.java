package io.streamrelay.faults;

import io.streamrelay.faults.RawStream.Block;
import io.streamrelay.faults.RawStream.Pace;
import io.streamrelay.faults.RawStream.Request;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A WebSocket (RFC 6455) on a bare socket, with one message sent and one subscription read: each
 * message is a block, and so is a close that isn't the client's. Used by one thread, but for its
 * close.
 */
final class RawSocket implements Connection {
  private static final int MOST_WAIT_MILLIS = 30_000;
  private static final int SMALL_BUFFER = 2048;
  private static final int MOST_BYTES = 1 << 22;
  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final Pace pace;
  private final int status;
  private boolean over;

  /** Opens the socket and sends the request's body as a message. */
  RawSocket(URI gateway, Request request, Pace pace) throws IOException {
    this.pace = pace;
    socket.setSoTimeout(MOST_WAIT_MILLIS);
    socket.setTcpNoDelay(true);
    if (pace != Pace.USUAL) {
      socket.setReceiveBufferSize(SMALL_BUFFER);
    }
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.getPort()));
      InputStream bytes = socket.getInputStream();
      in = new DataInputStream(pace == Pace.USUAL ? new BufferedInputStream(bytes) : bytes);
      status = shakeHands(gateway, request);
      if (status == 200) {
        send(TEXT, request.body().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private int shakeHands(URI gateway, Request request) throws IOException {
    byte[] nonce = new byte[16];
    ThreadLocalRandom.current().nextBytes(nonce);
    StringBuilder head = new StringBuilder();
    head.append("GET %s HTTP/1.1\r\n".formatted(request.path()));
    for (String line :
        List.of(
            "Host: " + gateway.getAuthority(),
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: " + Base64.getEncoder().encodeToString(nonce))) {
      head.append(line).append("\r\n");
    }
    request.headers().forEach(line -> head.append(line).append("\r\n"));
    write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    String first = line();
    for (String line = line(); !line.isEmpty(); ) {
      line = line();
    }
    int answered = Integer.parseInt(first.split(" ")[1]);
    return answered == 101 ? 200 : answered;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public int status() {
    return status;
  }

  /** None of them says anything about a turn. */
  @Override
  public String header(String name) {
    return "";
  }

  @Override
  public @Nullable Block block() throws IOException {
    if (over) {
      return null;
    }
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    while (true) {
      int first = in.readUnsignedByte();
      byte[] payload = payload();
      switch (first & 0x0F) {
        case TEXT, CONTINUATION -> {
          message.writeBytes(payload);
          if ((first & FINAL) != 0) {
            return block(message.toString(StandardCharsets.UTF_8));
          }
        }
        case PING -> send(PONG, payload);
        case PONG -> {}
        case CLOSE -> {
          over = true;
          send(CLOSE, payload);
          return new Block(
              "close", Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort()) + "", "");
        }
        default -> throw new IOException("no frame of a server's: " + first);
      }
    }
  }

  private Block block(String message) throws IOException {
    JsonNode said = JSON.readTree(message);
    String type = said.path("type").asString();
    if (type.equals("closed") && said.path("reason").asString().equals("finished")) {
      over = true; // of its only subscription; the server would leave it open
      send(CLOSE, ByteBuffer.allocate(2).putShort((short) 1000).array());
    }
    return new Block(type, message, said.path("id").asString(""));
  }

  private byte[] payload() throws IOException {
    int second = in.readUnsignedByte();
    long length =
        switch (second) {
          case 126 -> in.readUnsignedShort();
          case 127 -> in.readLong();
          default -> second;
        };
    if (second >= MASKED || length > MOST_BYTES) {
      throw new IOException("no frame of a server's: length " + length);
    }
    byte[] payload = in.readNBytes((int) length);
    if (payload.length < length) {
      throw new EOFException("the connection broke");
    }
    return payload;
  }

  private void send(int opcode, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
    frame.put((byte) (FINAL | opcode));
    if (payload.length < 126) {
      frame.put((byte) (MASKED | payload.length));
    } else {
      frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
    }
    byte[] mask = new byte[4];
    ThreadLocalRandom.current().nextBytes(mask);
    frame.put(mask);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ mask[i % 4]));
    }
    byte[] bytes = new byte[frame.position()];
    frame.flip().get(bytes);
    write(bytes);
  }

  private void write(byte[] bytes) throws IOException {
    if (pace != Pace.BYTES) {
      socket.getOutputStream().write(bytes);
      return;
    }
    for (byte each : bytes) {
      socket.getOutputStream().write(each);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
