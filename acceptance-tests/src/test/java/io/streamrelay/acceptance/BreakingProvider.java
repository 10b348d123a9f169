package io.streamrelay.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A provider that speaks OpenAI's chat completions and fails at the first call for a model as that
 * model's name says: with {@code cut} it breaks off in the middle of its answer, when it is let;
 * with {@code busy} it wishes to be asked again in 3 s. Bills 10 and 5 tokens for each answer, also
 * for the broken one. Thread-safe.
 */
final class BreakingProvider implements AutoCloseable {
  static final String HALF = "Once upon a ";
  static final String WHOLE = HALF + "time.";

  private static final String USAGE =
      "{\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,"
          + "\"total_tokens\":15}}";

  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final Map<String, Semaphore> breaks = new ConcurrentHashMap<>();

  BreakingProvider() throws IOException {
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How often that model was asked. */
  int calls(String model) {
    return calls.computeIfAbsent(model, m -> new AtomicInteger()).get();
  }

  /** Lets that model's answer break off. */
  void breakOff(String model) {
    mayBreak(model).release();
  }

  private Semaphore mayBreak(String model) {
    return breaks.computeIfAbsent(model, m -> new Semaphore(0));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] request = exchange.getRequestBody().readAllBytes();
      String model = StreamClient.JSON.readTree(request).path("model").asString();
      int call = calls.computeIfAbsent(model, m -> new AtomicInteger()).incrementAndGet();
      if (call == 1 && model.contains("busy")) {
        exchange.getResponseHeaders().set("Retry-After-Ms", "3000");
        exchange.sendResponseHeaders(429, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      say(out, HALF);
      data(out, USAGE);
      if (call == 1 && model.contains("cut")) {
        mayBreak(model).tryAcquire(60, TimeUnit.SECONDS);
        return;
      }
      say(out, WHOLE.substring(HALF.length()));
      data(out, "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
      data(out, "[DONE]");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void say(OutputStream out, String text) throws IOException {
    data(out, "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}");
  }

  private static void data(OutputStream out, String json) throws IOException {
    out.write(("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
