package io.streamrelay.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A server that speaks just enough of two wire protocols to answer with one word, and refuses a
 * chat completion whose body is too long. Thread-safe.
 */
final class SmallProvider implements AutoCloseable {
  private static final String TOO_LONG =
      "{\"error\":{\"message\":\"too long\",\"code\":\"context_length_exceeded\"}}";
  private static final String COMPLETION =
      """
      data: {"choices":[{"index":0,"delta":{"content":"Yes"},"finish_reason":null}]}

      data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

      data: [DONE]

      """;
  private static final String MESSAGE =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"m1","model":"small","usage":{"input_tokens":1}}}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Yes"}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":0}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private final HttpServer server;
  private final int mostChars;
  private final List<String> bodies = new CopyOnWriteArrayList<>();

  /**
   * @param mostChars of a chat completion's body
   */
  SmallProvider(int mostChars) throws IOException {
    this.mostChars = mostChars;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/chat/completions", this::complete);
    server.createContext("/v1/messages", this::message);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What it was asked, in the order in which it came. */
  List<String> bodies() {
    return List.copyOf(bodies);
  }

  private void complete(HttpExchange exchange) throws IOException {
    boolean fits = read(exchange).length() <= mostChars;
    answer(exchange, fits ? 200 : 400, fits ? COMPLETION : TOO_LONG);
  }

  private void message(HttpExchange exchange) throws IOException {
    read(exchange);
    answer(exchange, 200, MESSAGE);
  }

  private String read(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    bodies.add(body);
    return body;
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String type = status == 200 ? "text/event-stream" : "application/json";
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
