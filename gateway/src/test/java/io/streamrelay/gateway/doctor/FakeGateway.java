package io.streamrelay.gateway.doctor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.streamrelay.protocol.event.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/** Answers as a gateway does, with a proxy's faults before it, as far as the doctor looks. */
final class FakeGateway implements AutoCloseable {
  private static final int PIECES = 20;
  private static final int PACE_MILLIS = 25;

  private final HttpServer server;
  private final AtomicInteger asked = new AtomicInteger();
  final Set<String> open = ConcurrentHashMap.newKeySet();

  // what is wrong with it
  volatile boolean collects;
  volatile boolean compresses;
  volatile boolean forgetsCursors;
  volatile boolean dropsHeaders;
  volatile boolean dropsEvents;
  volatile boolean saysLength;
  volatile boolean refusesDelete;
  volatile boolean closesSilent;
  volatile boolean cutsTurns;
  volatile boolean neverEnds;
  volatile String sendsTo = "";
  volatile int status = 200;
  volatile String availability = "available";
  volatile String model = "demo*";
  volatile String otherVersion = "1";
  volatile String schema = ",\"schema\":\"8\"";
  volatile String failure = "";

  FakeGateway() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (!sendsTo.isEmpty()) {
        exchange.getResponseHeaders().set("Location", sendsTo);
        exchange.sendResponseHeaders(302, -1);
      } else if (neverEnds) {
        exchange.sendResponseHeaders(200, 0);
        for (byte[] much = new byte[1 << 20]; ; ) {
          exchange.getResponseBody().write(much);
        }
      } else if (cutsTurns && exchange.getRequestMethod().equals("POST")) {
        return; // without an answer
      } else if (status != 200) {
        plain(exchange, status, "{\"code\":\"unauthorized\",\"detail\":\"no key\"}");
      } else if (path.equals("/api/version")) {
        String version = asked.getAndIncrement() % 2 == 0 ? "1" : otherVersion;
        plain(exchange, 200, "{\"version\":\"" + version + "\"" + schema + "}");
      } else if (path.equals("/api/models")) {
        plain(
            exchange,
            200,
            "{\"items\":[{\"name\":\"%s\",\"availability\":\"%s\"}]}"
                .formatted(model, availability));
      } else if (path.equals("/api/chat/sessions")) {
        plain(exchange, 200, "{\"items\":[{\"sessionId\":\"old\"}]}");
      } else if (exchange.getRequestMethod().equals("DELETE")) {
        if (!refusesDelete) {
          open.remove(path);
        }
        exchange.sendResponseHeaders(refusesDelete ? 405 : 204, -1);
      } else {
        stream(exchange, path);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void plain(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void stream(HttpExchange exchange, String path) throws IOException, InterruptedException {
    boolean submitted = exchange.getRequestMethod().equals("POST");
    if (submitted) {
      exchange.getRequestBody().readAllBytes();
      open.add(path);
    }
    List<String> events = submitted || path.contains("/turns/") ? events() : List.of();
    String cursor = exchange.getRequestHeaders().getFirst("Last-Event-ID");
    if (cursor != null && !forgetsCursors) {
      int at =
          events.stream().map(e -> e.endsWith("id: " + cursor + "\n\n")).toList().indexOf(true);
      events = events.subList(at + 1, events.size());
    }
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream;charset=utf-8");
    if (!dropsHeaders) {
      exchange.getResponseHeaders().set("Cache-Control", "no-cache, no-transform");
      exchange.getResponseHeaders().set("X-Accel-Buffering", "no");
    }
    if (compresses) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    }
    if (saysLength) {
      String all = "retry: 1000\n\n" + String.join("", events);
      plain(exchange, 200, all);
      return;
    }
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    write(compresses ? new GZIPOutputStream(body, 512, true) : body, events, submitted);
  }

  private void write(OutputStream body, List<String> events, boolean live)
      throws IOException, InterruptedException {
    try (body) {
      send(body, "retry: 1000\n\n");
      for (String event : events) {
        if (live && event.startsWith("event: text")) {
          Thread.sleep(PACE_MILLIS);
        }
        send(body, event);
      }
      if (events.isEmpty() && !closesSilent) {
        for (int i = 0; i < 100; i++) {
          Thread.sleep(100);
          send(body, "event: ping\ndata: {}\n\n");
        }
      }
    }
  }

  private void send(OutputStream body, String text) throws IOException {
    body.write(text.getBytes(StandardCharsets.UTF_8));
    if (!collects) {
      body.flush();
    }
  }

  private List<String> events() {
    List<String> events = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    events.add("event: user\ndata: {\"turn\":\"t1\"}\nid: 1-0\n\n");
    events.add("event: start\ndata: {\"turn\":\"t1\"}\nid: 2-0\n\n");
    for (int i = 1; i <= PIECES; i++) {
      String word = "wört" + i + " ";
      all.append(word);
      if (!dropsEvents || i != 9) {
        events.add("event: text\ndata: {\"text\":\"%s\"}\nid: 2-%d\n\n".formatted(word, i));
      }
    }
    events.add(
        failure.isEmpty()
            ? ("event: end\ndata: {\"sha256\":\"%s\",\"timings\":{\"firstChunkMillis\":10,"
                    + "\"totalMillis\":%d}}\nid: 5-0\n\n")
                .formatted(Answer.sha256(all.toString()), 10 + PIECES * PACE_MILLIS)
            : "event: error\ndata: {\"code\":\"%s\"}\nid: 5-0\n\n".formatted(failure));
    return events;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
