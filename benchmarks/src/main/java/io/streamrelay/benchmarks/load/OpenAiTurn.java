package io.streamrelay.benchmarks.load;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A turn by OpenAI's chat completions, of a gateway or of the provider itself. A cut is its end: by
 * these a stream can't be resumed.
 */
final class OpenAiTurn extends Turn implements SseEvents.Listener {
  private static final String DONE = "[DONE]";

  private final URI base;
  private final @Nullable String key;

  /**
   * @param base without {@code /chat/completions}
   */
  OpenAiTurn(Load load, URI base, @Nullable String key, long dueNanos) {
    super(load, dueNanos);
    this.base = base;
    this.key = key;
  }

  @Override
  HttpRequest request() {
    ObjectNode body = load.json().createObjectNode();
    body.put("model", load.plan().model()).put("stream", true);
    body.putArray("messages").addObject().put("role", "user").put("content", "Say tokens.");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/chat/completions"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    return request.build();
  }

  @Override
  HttpResponse.BodyHandler<String> bodyHandler() {
    return EventBody.handler(this);
  }

  @Override
  public void event(String name, String data, @Nullable String id) {
    if (data.equals(DONE)) {
      said(true);
      return;
    }
    JsonNode chunk = load.json().readTree(data);
    if (chunk.has("error")) {
      failed(chunk.path("error").path("code").asString("error"));
      return;
    }
    String content = chunk.path("choices").path(0).path("delta").path("content").asString("");
    if (!content.isEmpty()) {
      text(content);
    }
  }

  @Override
  boolean mayComeBack() {
    return false;
  }
}
