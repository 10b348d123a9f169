package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** A client by the JDK's own WebSocket. Not thread-safe: owned by the test. */
final class TestSocket implements WebSocket.Listener, AutoCloseable {
  static final int BROKEN = 1006;

  private static final Duration AT_MOST = Duration.ofSeconds(20);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder(); // owned by the client's thread
  private final WebSocket socket;

  private TestSocket(URI address, Consumer<WebSocket.Builder> how) {
    WebSocket.Builder builder = CLIENT.newWebSocketBuilder().connectTimeout(AT_MOST);
    how.accept(builder);
    socket = builder.buildAsync(address, this).join();
  }

  static TestSocket open(int port, String query, Consumer<WebSocket.Builder> how) {
    return new TestSocket(URI.create("ws://127.0.0.1:" + port + "/ws/chat" + query), how);
  }

  static TestSocket open(int port) {
    return open(port, "", builder -> {});
  }

  String subprotocol() {
    return socket.getSubprotocol();
  }

  /** Quotes may be single ones. */
  TestSocket send(String message) {
    socket.sendText(message.replace('\'', '"'), true).join();
    return this;
  }

  /** The next message. */
  JsonNode next() {
    try {
      JsonNode message = messages.poll(AT_MOST.toSeconds(), TimeUnit.SECONDS);
      assertThat(message).as("a message; closed: " + closed).isNotNull();
      return message;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The next message of this type; events before it are passed over. */
  JsonNode after(String type) {
    JsonNode message = next();
    while (message.get("type").stringValue().equals("event")) {
      message = next();
    }
    assertThat(message.get("type").stringValue()).as(message.toString()).isEqualTo(type);
    return message;
  }

  /** The next message, of this type. */
  JsonNode next(String type) {
    JsonNode message = next();
    assertThat(message.get("type").stringValue()).as(message.toString()).isEqualTo(type);
    return message;
  }

  /** The next events up to one of that kind. */
  List<JsonNode> eventsTo(String last) {
    List<JsonNode> events = new ArrayList<>();
    while (true) {
      JsonNode event = next("event");
      events.add(event);
      if (event.get("event").stringValue().equals(last)) {
        return events;
      }
    }
  }

  static List<String> kinds(List<JsonNode> events) {
    return events.stream().map(event -> event.get("event").stringValue()).toList();
  }

  static List<String> ids(List<JsonNode> events) {
    return events.stream().map(event -> event.get("id").stringValue()).toList();
  }

  /** Messages that nobody looked at yet. */
  int waiting() {
    return messages.size();
  }

  /** The code it is closed with; {@link #BROKEN} if it broke without one. */
  int closeCode() {
    return closed.orTimeout(AT_MOST.toSeconds(), TimeUnit.SECONDS).join();
  }

  boolean isClosed() {
    return closed.isDone();
  }

  @Override
  public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      messages.add(GatewayTest.JSON.readTree(text.toString()));
      text.setLength(0);
    }
    socket.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    closed.complete(BROKEN);
  }

  @Override
  public void close() {
    socket.abort();
  }
}
