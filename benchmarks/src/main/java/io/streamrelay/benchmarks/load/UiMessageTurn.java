package io.streamrelay.benchmarks.load;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A turn as {@code useChat} sends it, read as the AI SDK's UI message stream. Where the connection
 * breaks the turn is asked for from its first chunk, as {@code resumeStream()} does.
 */
final class UiMessageTurn extends Turn implements SseEvents.Listener {
  private static final String DONE = "[DONE]";

  private final String chat = "bench-" + UUID.randomUUID();
  private final URI gateway;
  private boolean started;
  private boolean finished;

  UiMessageTurn(Load load, URI gateway, long dueNanos) {
    super(load, dueNanos);
    this.gateway = gateway;
  }

  @Override
  HttpRequest request() {
    HttpRequest.Builder request =
        started
            ? HttpRequest.newBuilder(gateway.resolve("/api/ui/chat/" + chat + "/stream"))
            : HttpRequest.newBuilder(gateway.resolve("/api/ui/chat"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body()));
    if (load.plan().key() != null) {
      request.header("Authorization", "Bearer " + load.plan().key());
    }
    return request.build();
  }

  private String body() {
    ObjectNode body = load.json().createObjectNode();
    body.put("id", chat).put("trigger", "submit-message").put("model", load.plan().model());
    ObjectNode message = body.putArray("messages").addObject();
    message.put("id", "1").put("role", "user");
    message.putArray("parts").addObject().put("type", "text").put("text", "Say tokens.");
    return body.toString();
  }

  @Override
  HttpResponse.BodyHandler<String> bodyHandler() {
    return EventBody.handler(this);
  }

  @Override
  public void event(String name, String data, @Nullable String id) {
    if (data.equals(DONE)) {
      if (finished) {
        said(true);
      }
      return;
    }
    JsonNode chunk = load.json().readTree(data);
    switch (chunk.path("type").asString("")) {
      case "start" -> start();
      case "reset-step" -> {
        load.tally().takeovers.increment();
        beginAnew();
      }
      case "text-delta" -> text(chunk.path("delta").asString(""));
      case "finish" -> finished = true;
      case "error" -> failed("error");
      case "abort" -> failed("cancelled");
      default -> {} // where blocks and steps begin and end
    }
  }

  private void start() {
    if (started) {
      beginAnew();
    }
    started = true;
  }

  @Override
  boolean mayComeBack() {
    return started;
  }
}
