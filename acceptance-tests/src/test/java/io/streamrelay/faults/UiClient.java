package io.streamrelay.faults;

import io.streamrelay.faults.RawStream.Block;
import io.streamrelay.faults.RawStream.Request;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Of the AI SDK's UI message stream, see docs/usechat.md. Who comes back is told the running turn
 * from its first chunk.
 */
final class UiClient extends DialectClient {
  private final boolean marks;

  /**
   * @param marks whether it is of a version that knows of no {@code reset-step}
   */
  UiClient(DialectApi api, Talk talk, boolean marks) {
    super(api, talk);
    this.marks = marks;
  }

  @Override
  Request beginning() {
    var body = JSON.createObjectNode().put("id", talk.session()).put("model", talk.model());
    body.put("trigger", "submit-message");
    var message = body.putArray("messages").addObject().put("id", "m1").put("role", "user");
    message.putArray("parts").addObject().put("type", "text").put("text", talk.question());
    List<String> headers =
        Stream.concat(headers().stream(), Stream.of("Idempotency-Key: " + talk.session())).toList();
    return new Request("POST", "/api/ui/chat", headers, body.toString());
  }

  @Override
  Request following() {
    return new Request("GET", "/api/ui/chat/" + talk.session() + "/stream", headers(), "");
  }

  /** No turn runs: the messages have it. */
  @Override
  void notTold(int status, URI gateway) throws Exception {
    if (status == 204) {
      say(api.saved(gateway, talk.session()));
      endsOf(Outcome.ENDED).forEach(this::end);
    } else {
      super.notTold(status, gateway);
    }
  }

  private List<String> headers() {
    return marks ? api.headers("X-Relay-On-Takeover: mark") : api.headers();
  }

  @Override
  boolean resumes() {
    return false;
  }

  @Override
  void told(Block block) {
    if (block.data().equals("[DONE]")) {
      end("[DONE]");
      return;
    }
    JsonNode chunk = json(block);
    String type = chunk.path("type").asString();
    switch (type) {
      case "start" -> turn(chunk.path("messageId").asString());
      case "text-delta" -> say(chunk.path("delta").asString());
      case "reset-step" -> takenOver(!marks, type);
      case "data-relay-takeover" -> takenOver(marks, type);
      case "finish", "error", "abort" -> end(type);
      case "start-step", "text-start", "text-end", "finish-step", "message-metadata" -> {}
      default -> end("a chunk " + type);
    }
  }

  private void takenOver(boolean isAsItWishes, String type) {
    if (!isAsItWishes) {
      end("a chunk " + type);
    }
    takenOver();
  }

  @Override
  List<String> endsOf(Outcome outcome) {
    return switch (outcome) {
      case ENDED -> List.of("finish", "[DONE]", "closed");
      case CANCELLED -> List.of("abort", "[DONE]", "closed");
      case DRAINED, CUT -> List.of("broken");
      case TAKEN_OVER -> throw new IllegalArgumentException("it lives with that");
    };
  }
}
