package io.streamrelay.benchmarks.load;

import java.net.URI;
import java.net.http.WebSocket;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The same turn on a WebSocket of its own; where that breaks, on another after the last id. */
final class SocketTurn extends RelayTurn {
  SocketTurn(Load load, URI gateway, long dueNanos) {
    super(load, gateway, dueNanos);
  }

  @Override
  void connect() {
    WebSocket.Builder builder = load.http().newWebSocketBuilder();
    if (load.plan().key() != null) {
      builder.header("Authorization", "Bearer " + load.plan().key());
    }
    URI address = gateway.resolve("/ws/chat");
    String scheme = "https".equals(address.getScheme()) ? "wss" : "ws";
    builder
        .buildAsync(
            URI.create(scheme + "://" + address.getAuthority() + "/ws/chat"), new Messages())
        .whenComplete((socket, failure) -> {
          if (failure == null) {
            socket.sendText(message(), true);
          } else {
            lost(failure);
          }
        });
  }

  private String message() {
    ObjectNode message = load.json().createObjectNode();
    message.put("requestId", "1").put("sessionId", session);
    if (turnId == null) {
      return message
          .put("type", "submit")
          .put("idempotencyKey", session)
          .put("message", "Say " + load.plan().tokens() + " tokens.")
          .put("model", load.plan().model())
          .toString();
    }
    return message
        .put("type", "subscribe")
        .put("turnId", turnId)
        .put("after", ids.last())
        .toString();
  }

  /** What one socket brings. */
  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        String message = text.toString();
        text.setLength(0);
        took(load.json().readTree(message), socket);
      }
      socket.request(1);
      return null;
    }

    private void took(JsonNode message, WebSocket socket) {
      switch (message.path("type").asString("")) {
        case "event" ->
            event(
                message.path("event").asString(""),
                message.path("data").toString(),
                message.has("id") ? message.get("id").asString("") : null);
        case "error" ->
            refused(message.path("status").asInt() + " " + message.path("code").asString(""));
        default -> {} // accepted, subscribed, closed
      }
      if (isOver()) {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
      }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      broken("closed with " + code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      broken("the connection broke");
    }
  }
}
