package io.streamrelay.faults;

import io.streamrelay.faults.RawStream.Block;
import io.streamrelay.faults.RawStream.Request;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Of OpenAI's chat completions, see docs/openai.md. It can't resume: it sends its request again, as
 * SDKs do, and is told all from the beginning.
 */
final class ChunksClient extends DialectClient {
  private final boolean restarts;
  private int sent;

  /**
   * @param restarts whether it lives with a takeover
   */
  ChunksClient(DialectApi api, Talk talk, boolean restarts) {
    super(api, talk);
    this.restarts = restarts;
  }

  @Override
  Request beginning() {
    return request(sent++);
  }

  @Override
  Request following() {
    return request(1 + sent++);
  }

  private Request request(int retries) {
    var body = JSON.createObjectNode().put("model", talk.model()).put("stream", true);
    body.putArray("messages").addObject().put("role", "user").put("content", talk.question());
    return new Request(
        "POST",
        "/v1/chat/completions",
        api.headers(
            "x-relay-session: " + talk.session(),
            "x-relay-on-takeover: " + (restarts ? "restart" : "fail"),
            "x-stainless-retry-count: " + retries),
        body.toString());
  }

  @Override
  boolean resumes() {
    return false;
  }

  @Override
  void begun(Connection stream) {
    turn(stream.header("X-Relay-Turn"));
  }

  @Override
  void told(Block block) {
    if (block.data().equals("[DONE]")) {
      end("[DONE]");
      return;
    }
    JsonNode chunk = json(block);
    if (chunk.has("error")) {
      end("error " + chunk.path("error").path("code").asString());
      return;
    }
    if (chunk.path("relay").path("restart").asBoolean(false)) {
      takenOver();
    }
    JsonNode choice = chunk.path("choices").path(0);
    String words = choice.path("delta").path("content").asString("");
    if (!words.isEmpty()) {
      say(words);
    }
    String reason = choice.path("finish_reason").asString("");
    if (!reason.isEmpty()) {
      end(reason);
    }
  }

  @Override
  List<String> endsOf(Outcome outcome) {
    return switch (outcome) {
      case ENDED -> List.of("stop", "[DONE]", "closed");
      case CANCELLED -> List.of("error cancelled", "broken");
      case TAKEN_OVER -> List.of("error taken_over", "broken");
      case DRAINED -> List.of("error draining", "broken");
      case CUT -> List.of("broken");
    };
  }
}
