package io.streamrelay.faults;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request on a bare socket and the event stream that answers it, read a byte at a time as the
 * standard has it: a line ends with CR, LF or both. Used by one thread, but for its close.
 */
final class RawStream implements Connection {
  private static final int MOST_WAIT_MILLIS = 30_000;
  private static final int BUFFER = 65_536;
  private static final int SMALL_BUFFER = 2048;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private int status;
  private int left; // of the chunk
  private boolean over;
  private boolean afterReturn;

  /** How a client's side is. */
  enum Pace {
    /** As programs do it. */
    USUAL,
    /** Each byte in a packet of its own, into a buffer that hardly takes any. */
    BYTES,
    /** It takes nothing after the answer's head. */
    STUCK
  }

  /**
   * What is asked.
   *
   * @param headers a line each
   * @param body JSON; empty: none
   */
  record Request(String method, String path, List<String> headers, String body) {
    private byte[] bytes(String authority) {
      byte[] content = body.getBytes(StandardCharsets.UTF_8);
      StringBuilder head = new StringBuilder();
      head.append("%s %s HTTP/1.1\r\nHost: %s\r\n".formatted(method, path, authority));
      headers.forEach(header -> head.append(header).append("\r\n"));
      if (content.length > 0) {
        head.append("Content-Type: application/json\r\n");
        head.append("Content-Length: ").append(content.length).append("\r\n");
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
      all.writeBytes(content);
      return all.toByteArray();
    }
  }

  /**
   * One block of the stream that is no comment.
   *
   * @param type empty: none was said
   * @param id likewise
   */
  record Block(String type, String data, String id) {}

  /** Sends the request, and waits for the answer's head. */
  RawStream(URI gateway, Request request, Pace pace) throws IOException {
    socket.setSoTimeout(MOST_WAIT_MILLIS);
    socket.setTcpNoDelay(true);
    socket.setReceiveBufferSize(pace == Pace.USUAL ? BUFFER : SMALL_BUFFER);
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.getPort()));
      in =
          pace == Pace.USUAL
              ? new BufferedInputStream(socket.getInputStream())
              : socket.getInputStream();
      send(request.bytes(gateway.getAuthority()), pace);
      readHead();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void send(byte[] bytes, Pace pace) throws IOException {
    OutputStream out = socket.getOutputStream();
    if (pace != Pace.BYTES) {
      out.write(bytes);
      return;
    }
    for (byte each : bytes) {
      out.write(each);
    }
  }

  private void readHead() throws IOException {
    status = Integer.parseInt(headLine().split(" ")[1]);
    for (String line = headLine(); !line.isEmpty(); line = headLine()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    boolean isChunked =
        headers.getOrDefault("Transfer-Encoding", "").toLowerCase(Locale.ROOT).equals("chunked");
    if (status == 200 && !isChunked) {
      throw new IOException("the stream isn't chunked: " + headers);
    }
  }

  private String headLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = next(); next != '\n'; next = next()) {
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  private int next() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException("the connection broke");
    }
    return next;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public String header(String name) {
    return headers.getOrDefault(name, "");
  }

  @Override
  public @Nullable Block block() throws IOException {
    String type = "";
    String data = null;
    String id = "";
    for (String line = line(); line != null; line = line()) {
      if (line.isEmpty()) {
        if (data != null) {
          return new Block(type, data, id);
        }
        type = "";
        id = "";
      } else if (line.startsWith("event: ")) {
        type = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data = (data == null ? "" : data + "\n") + line.substring(6);
      } else if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (!line.startsWith(":") && !line.startsWith("retry: ")) {
        throw new IOException("no line of an event stream: " + line);
      }
    }
    return null;
  }

  private @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = character(); next >= 0; next = character()) {
      if (next == '\n' && afterReturn) {
        afterReturn = false; // the line is out already
      } else if (next == '\n' || next == '\r') {
        afterReturn = next == '\r';
        return line.toString(StandardCharsets.UTF_8);
      } else {
        afterReturn = false;
        line.write(next);
      }
    }
    return null;
  }

  /** Of the body; -1: it is over. */
  private int character() throws IOException {
    if (left == 0 && !over) {
      String size = headLine();
      left = Integer.parseInt(size.isEmpty() ? headLine() : size, 16); // after the end of another
      over = left == 0;
    }
    if (over) {
      return -1;
    }
    left--;
    return next();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
