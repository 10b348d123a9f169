package io.streamrelay.benchmarks.load;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The same asked of the provider itself, by OpenAI's chat completions. A cut is its end. */
final class ProviderTurn extends Turn implements SseEvents.Listener {
  private static final String DONE = "[DONE]";

  private final URI provider;

  ProviderTurn(Load load, URI provider, long dueNanos) {
    super(load, dueNanos);
    this.provider = provider;
  }

  @Override
  HttpRequest request() {
    ObjectNode body = load.json().createObjectNode();
    body.put("model", load.plan().model()).put("stream", true);
    body.putArray("messages").addObject().put("role", "user").put("content", "Say tokens.");
    return HttpRequest.newBuilder(URI.create(provider + "/chat/completions"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString()))
        .build();
  }

  @Override
  HttpResponse.BodyHandler<String> bodyHandler() {
    return EventBody.handler(this);
  }

  @Override
  public void event(String name, String data, @Nullable String id) {
    if (data.equals(DONE)) {
      said();
      return;
    }
    JsonNode delta = load.json().readTree(data).path("choices").path(0).path("delta");
    String content = delta.path("content").asString("");
    if (!content.isEmpty()) {
      text(content);
    }
  }

  @Override
  String refusal(int status, String body) {
    return Integer.toString(status);
  }

  @Override
  boolean mayComeBack() {
    return false;
  }
}
