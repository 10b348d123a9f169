package io.streamrelay.benchmarks.load;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A turn of the native API, read to its terminal event over as many connections as that takes: as
 * {@code POST} with {@code stream: true} first, then by its stream after the last id.
 */
class RelayTurn extends Turn implements SseEvents.Listener {
  final String session = "bench-" + UUID.randomUUID();
  final URI gateway;
  final EntryIds ids = new EntryIds();
  private final MessageDigest digest = sha256();
  private long length;
  private boolean terminal;
  @Nullable String turnId;

  RelayTurn(Load load, URI gateway, long dueNanos) {
    super(load, dueNanos);
    this.gateway = gateway;
  }

  @Override
  HttpRequest request() {
    HttpRequest.Builder request =
        turnId == null
            ? HttpRequest.newBuilder(gateway.resolve("/api/chat/" + session))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", session)
                .POST(BodyPublishers.ofString(body()))
            : HttpRequest.newBuilder(
                gateway.resolve("/api/chat/" + session + "/turns/" + turnId + "/stream"));
    if (load.plan().key() != null) {
      request.header("Authorization", "Bearer " + load.plan().key());
    }
    if (ids.last() != null) {
      request.header("Last-Event-ID", ids.last());
    }
    return request.build();
  }

  private String body() {
    return load.json()
        .createObjectNode()
        .put("message", "Say " + load.plan().tokens() + " tokens.")
        .put("model", load.plan().model())
        .put("stream", true)
        .toString();
  }

  @Override
  HttpResponse.BodyHandler<String> bodyHandler() {
    return EventBody.handler(this);
  }

  @Override
  public final void event(String name, String data, @Nullable String id) {
    if (isOver()) {
      if (terminal) {
        load.tally().badIds.increment(); // nothing comes after a terminal
      }
      return;
    }
    if (!ids.follows(id)) {
      load.tally().badIds.increment();
    }
    switch (name) {
      case "user" -> turnId = node(data).path("turn").asString();
      case "start" -> start(node(data));
      case "text" -> say(node(data).path("text").asString());
      case "snapshot" -> {
        reset();
        say(node(data).path("text").asString());
      }
      case "end" -> end(node(data));
      case "error" -> endOtherwise(node(data).path("code").asString("error"));
      case "cancel" -> endOtherwise("cancelled");
      default -> {} // ping, reasoning, tool calls
    }
  }

  private JsonNode node(String data) {
    return load.json().readTree(data);
  }

  private void start(JsonNode start) {
    if (start.path("reset").asBoolean()) {
      load.tally().takeovers.increment();
    }
    reset();
  }

  private void endOtherwise(String reason) {
    terminal = true;
    failed(reason);
  }

  private void reset() {
    beginAnew();
    digest.reset();
    length = 0;
  }

  private void say(String text) {
    text(text);
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    length += text.length();
  }

  private void end(JsonNode end) {
    terminal = true;
    boolean same =
        end.path("length").asLong() == length
            && end.path("sha256").asString().equals(HexFormat.of().formatHex(digest.digest()));
    if (!same) {
      load.tally().badHashes.increment();
    }
    said(same);
  }

  @Override
  boolean mayComeBack() {
    return true;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
