package io.streamrelay.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model provider of bare sockets, which speaks OpenAI's chat completions as far as the model's
 * name says: {@code bytes-<name>-t<tokens>-i<ms>}, then {@code -cut<n>}: the connection ends after
 * n bytes of events, or {@code -stall<n>}: nothing more comes after them. Remembers when each
 * model's connection was closed by whom it answered. Thread-safe.
 */
final class ByteProvider implements AutoCloseable {
  private static final Pattern MODEL =
      Pattern.compile(
          "\"model\"\\s*:\\s*\"(bytes-[^\"]*-t(\\d+)-i(\\d+)(?:-(cut|stall)(\\d+))?)\"");
  private static final Pattern LENGTH =
      Pattern.compile("content-length: (\\d+)", Pattern.CASE_INSENSITIVE);

  private final ServerSocket server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
  private final Map<String, Long> closed = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

  ByteProvider() throws IOException {
    Thread.ofVirtual().start(this::serve);
  }

  /** What tells both tiers of it, as environment variables. */
  Map<String, String> environment() {
    return Map.of(
        "RELAY_MODELS_BYTES_NAME", "bytes-*",
        "RELAY_MODELS_BYTES_TARGETS", "bytes/*",
        "RELAY_PROVIDERS_BYTES_TYPE", "openai-chat",
        "RELAY_PROVIDERS_BYTES_BASEURL", "http://127.0.0.1:" + server.getLocalPort() + "/v1",
        "RELAY_PROVIDERS_BYTES_BETWEENTOKENSTIMEOUT", "2s",
        "RELAY_ROUTE_CIRCUIT_MINCALLS", "1000000"); // its failures are on purpose
  }

  /** All events of a whole answer, up to the finish reason and what follows it. */
  static String events(int tokens) {
    StringBuilder events = new StringBuilder();
    for (int i = 0; i < tokens; i++) {
      events.append(token(i));
    }
    return events.append(FINISH).toString();
  }

  private static final String FINISH =
      """
      data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

      data: [DONE]

      """;

  private static String token(int number) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"w%d \"},\"finish_reason\":null}]}\n\n"
        .formatted(number);
  }

  /** When the relay closed the connection, by {@link System#nanoTime}; null: it didn't yet. */
  Long closedAt(String model) {
    return closed.get(model);
  }

  /** How often that model was asked. */
  int calls(String model) {
    AtomicInteger count = calls.get(model);
    return count == null ? 0 : count.get();
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> answer(socket));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      Matcher model = MODEL.matcher(request(socket.getInputStream()));
      if (!model.find()) {
        return;
      }
      String name = model.group(1);
      calls.computeIfAbsent(name, n -> new AtomicInteger()).incrementAndGet();
      Thread.ofVirtual().start(() -> noteClosed(socket, name));
      OutputStream out = socket.getOutputStream();
      out.write(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      say(out, model);
      if ("stall".equals(model.group(4))) {
        TimeUnit.SECONDS.sleep(60); // or until it is closed, which nobody waits for
      }
    } catch (IOException e) {
      // closed by the relay
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void say(OutputStream out, Matcher model)
      throws IOException, InterruptedException {
    int tokens = Integer.parseInt(model.group(2));
    int interval = Integer.parseInt(model.group(3));
    int left = model.group(5) == null ? Integer.MAX_VALUE : Integer.parseInt(model.group(5));
    for (int i = 0; i <= tokens && left > 0; i++) {
      byte[] event = (i == tokens ? FINISH : token(i)).getBytes(StandardCharsets.US_ASCII);
      int length = Math.min(left, event.length);
      out.write(event, 0, length);
      left -= length;
      Thread.sleep(interval);
    }
  }

  /** Reads on: the end of what the relay says is its closing the connection. */
  private void noteClosed(Socket socket, String name) {
    try {
      socket.getInputStream().read();
    } catch (IOException e) {
      // reset, which is closed too
    }
    closed.putIfAbsent(name, System.nanoTime());
  }

  private static String request(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
    }
    Matcher length = LENGTH.matcher(head.toString(StandardCharsets.ISO_8859_1));
    return length.find()
        ? new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8)
        : "";
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
