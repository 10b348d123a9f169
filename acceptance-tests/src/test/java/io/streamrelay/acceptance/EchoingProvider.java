package io.streamrelay.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * A provider that speaks OpenAI's chat completions, and refuses with all that it was sent in its
 * answer's body and headers: with the status that the model's name ends with, such as {@code
 * refuses-429}. Other models answer, and bill. Thread-safe.
 */
final class EchoingProvider implements AutoCloseable {
  private static final String COMPLETION =
      """
      data: {"choices":[{"index":0,"delta":{"content":"Yes"},"finish_reason":null}]}

      data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

      data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":7,"total_tokens":19,\
      "prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":3}}}

      data: [DONE]

      """;

  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

  EchoingProvider() throws IOException {
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String model = StreamClient.JSON.readTree(request).path("model").asString();
      if (model.startsWith("refuses-")) {
        String key = exchange.getRequestHeaders().getFirst("Authorization");
        String body =
            StreamClient.JSON
                .createObjectNode()
                .set(
                    "error",
                    StreamClient.JSON
                        .createObjectNode()
                        .put("message", "no: " + key + " " + request)
                        .put("code", key))
                .toString();
        exchange.getResponseHeaders().set("x-request-id", String.valueOf(key));
        send(exchange, Integer.parseInt(model.substring("refuses-".length())), body);
      } else {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        send(exchange, 200, COMPLETION);
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
