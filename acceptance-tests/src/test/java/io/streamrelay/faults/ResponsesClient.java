package io.streamrelay.faults;

import io.streamrelay.faults.RawStream.Block;
import io.streamrelay.faults.RawStream.Request;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Of OpenAI's Responses, see docs/responses.md. It resumes after the number of the last event it
 * saw. Each number must follow the one before; only another attempt's begin anew, above.
 */
final class ResponsesClient extends DialectClient {
  private static final long STRIDE = 1 << 18;

  private final boolean restarts;
  private volatile long last = -1; // written by the reading thread
  private volatile boolean inVain; // another attempt took over, and this client asked not to go on

  /**
   * @param restarts whether it lives with a takeover
   */
  ResponsesClient(DialectApi api, Talk talk, boolean restarts) {
    super(api, talk);
    this.restarts = restarts;
  }

  @Override
  Request beginning() {
    var body = JSON.createObjectNode().put("model", talk.model()).put("stream", true);
    body.putArray("input").addObject().put("role", "user").put("content", talk.question());
    return new Request("POST", "/v1/responses", headers(), body.toString());
  }

  /** Who follows another's turn asks natively what it is called. */
  @Override
  DialectClient follow(URI gateway, RawStream.Pace pace) throws Exception {
    if (turn().isEmpty()) {
      turn(
          api.get(gateway, "/api/chat/" + talk.session()).path("active").path("turnId").asString());
    }
    return super.follow(gateway, pace);
  }

  @Override
  Request following() {
    if (inVain) {
      inVain = false;
      last = -1;
    }
    String path = "/v1/responses/resp_" + turn() + "?stream=true";
    return new Request("GET", last < 0 ? path : path + "&starting_after=" + last, headers(), "");
  }

  private List<String> headers() {
    return api.headers(
        "x-relay-session: " + talk.session(),
        "x-relay-on-takeover: " + (restarts ? "restart" : "fail"),
        "Idempotency-Key: " + talk.session());
  }

  @Override
  boolean resumes() {
    return !inVain;
  }

  @Override
  void begun(Connection stream) {
    turn(stream.header("X-Relay-Turn"));
  }

  @Override
  void told(Block block) {
    JsonNode event = json(block);
    String type = event.path("type").asString();
    if (!type.equals(block.type())) {
      end(type + " in an event " + block.type());
    }
    follows(event.path("sequence_number").asLong(-1));
    switch (type) {
      case "response.output_text.delta" -> say(event.path("delta").asString());
      case "response.in_progress" -> {
        if (event.path("relay").path("restart").asBoolean(false)) {
          takenOver();
        }
      }
      case "response.completed" -> {
        whole(event.path("response").path("output"));
        end("completed");
      }
      case "response.incomplete" -> end(event.path("response").path("status").asString());
      case "error" -> {
        end("error " + event.path("code").asString());
        if (event.path("code").asString().equals("taken_over")) {
          inVain = true;
          takenOver();
        }
      }
      default -> {}
    }
  }

  private void follows(long number) {
    boolean follows =
        number == last + 1 || number / STRIDE > Math.max(0, last) / STRIDE && isFirst(number);
    if (!follows) {
      end(number + " after " + last);
    }
    last = number;
  }

  /**
   * Of an attempt that isn't the turn's first: the word that it begins anew, or what follows it.
   */
  private static boolean isFirst(long number) {
    return number % STRIDE == 2 || number % STRIDE == 3;
  }

  /** At its end it is told all of the answer once more. */
  private void whole(JsonNode output) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : output) {
      item.path("content").forEach(part -> texts.add(part.path("text").asString("")));
    }
    if (!String.join("", texts).equals(text())) {
      end("another text than was told");
    }
  }

  @Override
  List<String> endsOf(Outcome outcome) {
    return switch (outcome) {
      case ENDED -> List.of("completed", "closed");
      case CANCELLED -> List.of("cancelled", "closed");
      case TAKEN_OVER -> List.of("error taken_over", "broken");
      case DRAINED, CUT -> List.of("broken");
    };
  }
}
