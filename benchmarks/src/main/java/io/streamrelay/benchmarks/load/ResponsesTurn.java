package io.streamrelay.benchmarks.load;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A turn by OpenAI's responses. Where the connection breaks it is gone on with after the last
 * sequence number; an answer that begins anew is told as such.
 */
final class ResponsesTurn extends Turn implements SseEvents.Listener {
  private static final int NONE = -1;

  private final URI gateway;
  private final StringBuilder text = new StringBuilder();
  private @Nullable String id;
  private long last = NONE;

  ResponsesTurn(Load load, URI gateway, long dueNanos) {
    super(load, dueNanos);
    this.gateway = gateway;
  }

  @Override
  HttpRequest request() {
    HttpRequest.Builder request =
        id == null
            ? HttpRequest.newBuilder(gateway.resolve("/v1/responses"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body()))
            : HttpRequest.newBuilder(
                gateway.resolve("/v1/responses/" + id + "?stream=true&starting_after=" + last));
    request.header("x-relay-on-takeover", "restart");
    if (load.plan().key() != null) {
      request.header("Authorization", "Bearer " + load.plan().key());
    }
    return request.build();
  }

  private String body() {
    ObjectNode body = load.json().createObjectNode();
    body.put("model", load.plan().model()).put("input", "Say tokens.").put("stream", true);
    return body.toString();
  }

  @Override
  HttpResponse.BodyHandler<String> bodyHandler() {
    return EventBody.handler(this);
  }

  @Override
  public void event(String name, String data, @Nullable String ignored) {
    JsonNode event = load.json().readTree(data);
    boolean anew = event.path("relay").path("restart").asBoolean();
    follow(event.path("sequence_number").asLong(NONE), anew);
    if (anew) {
      load.tally().takeovers.increment();
      beginAnew();
      text.setLength(0);
    }
    switch (event.path("type").asString("")) {
      case "response.created" -> id = event.path("response").path("id").asString();
      case "response.output_text.delta" -> say(event.path("delta").asString(""));
      case "response.completed" -> said(text(event).contentEquals(text));
      case "response.incomplete" -> failed(event.at("/response/status").asString("incomplete"));
      case "response.failed" -> failed(event.at("/response/relay/code").asString("failed"));
      case "error" -> failed(event.path("code").asString("error"));
      default -> {} // where items and parts begin and end
    }
  }

  /** Numbers follow one another, also from one connection to the next; a new attempt's are far. */
  private void follow(long number, boolean anew) {
    if (anew ? number <= last : number != last + 1) {
      load.tally().badIds.increment();
    }
    last = number;
  }

  private void say(String piece) {
    text(piece);
    text.append(piece);
  }

  /** What the whole response says. */
  private static String text(JsonNode event) {
    StringBuilder whole = new StringBuilder();
    for (JsonNode item : event.path("response").path("output")) {
      item.path("content").forEach(part -> whole.append(part.path("text").asString("")));
    }
    return whole.toString();
  }

  @Override
  boolean mayComeBack() {
    return id != null;
  }
}
