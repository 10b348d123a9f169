package io.streamrelay.benchmarks.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model provider to measure with: OpenAI's chat completions as a stream, on loopback. The model's
 * name says the pace, {@code anything-t200-i40-f200}; each token is stamped with its number and the
 * time it was written, see {@link Stamp}. At interval 0 tokens go out in pieces of some kilobytes,
 * else one by one.
 *
 * <p>{@code GET /closed/<model>} says when a connection that such an answer was written to turned
 * out to be closed, in microseconds since 1970, or 404. A closed connection shows at the second
 * write after it, so two intervals later at most.
 */
public final class StampedProvider implements AutoCloseable {
  private static final int DEFAULT_PORT = 23100;
  private static final int BACKLOG = 4096;
  private static final int MOST_NOTES = 100_000;
  private static final Pattern PACE = Pattern.compile("-t(\\d{1,6})-i(\\d{1,6})-f(\\d{1,6})$");
  private static final JsonMapper JSON = new JsonMapper();

  static {
    // Otherwise the JDK's server lets small writes wait for the acknowledgement of earlier ones,
    // and closes connections beyond 200 that wait for their next request.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "100000");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Long> closed = new ConcurrentHashMap<>();

  private record Pace(int tokens, long intervalNanos, long firstNanos) {
    static Pace of(String model) {
      Matcher pace = PACE.matcher(model);
      if (!pace.find()) {
        throw new IllegalArgumentException("the model's name must end in -t<n>-i<ms>-f<ms>");
      }
      return new Pace(
          Integer.parseInt(pace.group(1)),
          Long.parseLong(pace.group(2)) * 1_000_000,
          Long.parseLong(pace.group(3)) * 1_000_000);
    }
  }

  /** Port 0: any that is free. */
  StampedProvider(int port) throws IOException {
    server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::answer);
    server.createContext("/closed/", this::tellClosed);
    server.start();
  }

  /** Serves until the process is ended. */
  public static int serve(String[] arguments) throws IOException, InterruptedException {
    int port = DEFAULT_PORT;
    if (arguments.length == 2
        && arguments[0].equals("--port")
        && arguments[1].matches("\\d{1,5}")
        && Integer.parseInt(arguments[1]) < 65_536) {
      port = Integer.parseInt(arguments[1]);
    } else if (arguments.length != 0) {
      throw new IllegalArgumentException("bench provider takes --port (0 to 65535), nothing else.");
    }
    try (StampedProvider provider = new StampedProvider(port)) {
      System.out.println("provider: pid " + ProcessHandle.current().pid() + ", " + provider.url());
      new CountDownLatch(1).await();
    }
    return 0;
  }

  /** What a relay's or a client's base URL should be. */
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String model =
          JSON.readTree(exchange.getRequestBody().readAllBytes()).path("model").asString("");
      Pace pace;
      try {
        pace = Pace.of(model);
      } catch (IllegalArgumentException e) {
        refuse(exchange, String.valueOf(e.getMessage()));
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      try {
        write(exchange.getResponseBody(), model, pace);
      } catch (IOException e) {
        noteClosed(model);
        throw e;
      }
    }
  }

  private void noteClosed(String model) {
    if (closed.size() < MOST_NOTES) {
      closed.put(model, Stamp.nowMicros());
    }
  }

  private void tellClosed(HttpExchange exchange) throws IOException {
    try (exchange) {
      Long micros = closed.get(exchange.getRequestURI().getPath().substring("/closed/".length()));
      byte[] body = String.valueOf(micros).getBytes(StandardCharsets.US_ASCII);
      exchange.sendResponseHeaders(micros == null ? 404 : 200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static void refuse(HttpExchange exchange, String message) throws IOException {
    byte[] body =
        JSON.createObjectNode()
            .set("error", JSON.createObjectNode().put("message", message))
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(400, body.length);
    exchange.getResponseBody().write(body);
  }

  /** Keeps to the pace: a token that is late doesn't make the later ones late. */
  private static void write(OutputStream out, String model, Pace pace) throws IOException {
    long began = System.nanoTime();
    String frame =
        "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":0,\"model\":"
            + JSON.writeValueAsString(model)
            + ",\"choices\":[{\"index\":0,\"delta\":{";
    for (int i = 0; i < pace.tokens(); i++) {
      await(began + pace.firstNanos() + i * pace.intervalNanos());
      String token = "\"content\":\"" + Stamp.token(i) + "\"";
      write(out, frame + token + "},\"finish_reason\":null}]}\n\n");
      if (pace.intervalNanos() > 0) {
        out.flush();
      }
    }
    write(out, frame + "},\"finish_reason\":\"stop\"}]}\n\n");
    write(out, frame + "},\"finish_reason\":null}],\"usage\":" + usage(pace.tokens()) + "}\n\n");
    write(out, "data: [DONE]\n\n");
    out.flush();
  }

  private static void await(long dueNanos) {
    for (long early = dueNanos - System.nanoTime(); early > 0; ) {
      LockSupport.parkNanos(early);
      early = dueNanos - System.nanoTime();
    }
  }

  private static String usage(int tokens) {
    return "{\"prompt_tokens\":1,\"completion_tokens\":%d,\"total_tokens\":%d}"
        .formatted(tokens, tokens + 1);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
