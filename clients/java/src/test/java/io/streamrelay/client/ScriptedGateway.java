package io.streamrelay.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers each request as a script says, byte by byte, then closes the connection. Thread-safe. */
final class ScriptedGateway implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 2000, InetAddress.getLoopbackAddress());
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Script script;

  /** What is answered. */
  interface Script {
    /**
     * @param number of the request, from 0
     */
    void answer(int number, Request request, OutputStream out) throws Exception;
  }

  /**
   * @param headers by name in lower case
   */
  record Request(String method, String path, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  ScriptedGateway(Script script) throws IOException {
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  /** One answer after the other; the last again and again. */
  static ScriptedGateway of(String... answers) throws IOException {
    return new ScriptedGateway(
        (number, request, out) -> out.write(bytes(answers[Math.min(number, answers.length - 1)])));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** An event stream up to here, chunked, without an end. */
  static String stream(String... blocks) {
    StringBuilder answer =
        new StringBuilder(head("text/event-stream", "Transfer-Encoding: chunked"));
    for (String block : blocks) {
      answer.append(Integer.toHexString(bytes(block).length)).append("\r\n").append(block);
      answer.append("\r\n");
    }
    return answer.toString();
  }

  static String head(String type, String header) {
    return "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n%s\r\n\r\n"
        .formatted(type, header);
  }

  static String json(int status, String body, String... headers) {
    StringBuilder answer = new StringBuilder("HTTP/1.1 " + status + " Said\r\n");
    for (String header : headers) {
      answer.append(header).append("\r\n");
    }
    return answer
        .append("Content-Type: application/json\r\nConnection: close\r\nContent-Length: ")
        .append(bytes(body).length)
        .append("\r\n\r\n")
        .append(body)
        .toString();
  }

  static final String NO_CONTENT = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

  static String event(String id, String type, String data) {
    return "event: %s\ndata: %s\nid: %s\n\n".formatted(type, data, id);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  List<Request> requests() {
    return requests;
  }

  List<String> cursors() {
    return requests.stream().map(request -> request.header("last-event-id")).toList();
  }

  /** How many connections the client has not closed, as far as the script sees it. */
  int connections() {
    return open.size();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Request request = read(new BufferedInputStream(socket.getInputStream()));
      int number;
      synchronized (requests) {
        number = requests.size();
        requests.add(request);
      }
      script.answer(number, request, socket.getOutputStream());
    } catch (Exception e) {
      // the client left, or the test is over
    } finally {
      open.remove(socket);
    }
  }

  private static Request read(InputStream in) throws IOException {
    String[] first = line(in).split(" ");
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Request(first[0], first[1], headers, body);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("closed");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
