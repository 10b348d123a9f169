package io.streamrelay.faults;

import static org.awaitility.Awaitility.await;

import io.streamrelay.faults.RawStream.Block;
import io.streamrelay.faults.RawStream.Pace;
import io.streamrelay.faults.RawStream.Request;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Of WebSocket messages, see docs/websocket.md: the events and ids of the native client. */
final class SocketClient extends NativeClient {
  SocketClient(DialectApi api, Talk talk) {
    super(api, talk);
  }

  @Override
  Request beginning() {
    var message = JSON.createObjectNode().put("type", "submit").put("requestId", "1");
    message.put("sessionId", talk.session()).put("idempotencyKey", talk.session());
    message.put("model", talk.model());
    message.putArray("messages").addObject().put("role", "user").put("content", talk.question());
    return upgrade(message.toString());
  }

  /** Others may ask for the turn once it is accepted, which is said on the socket. */
  @Override
  DialectClient begin(URI gateway, Pace pace) throws Exception {
    super.begin(gateway, pace);
    await().atMost(Duration.ofSeconds(30)).until(() -> !turn().isEmpty());
    return this;
  }

  @Override
  Request following() {
    var message = JSON.createObjectNode().put("type", "subscribe").put("requestId", "2");
    message.put("sessionId", talk.session());
    if (!turn().isEmpty()) {
      message.put("turnId", turn());
    }
    if (cursor() != null) {
      message.put("after", cursor().toString());
    }
    return upgrade(message.toString());
  }

  private Request upgrade(String message) {
    return new Request("GET", "/ws/chat", api.headers(), message);
  }

  @Override
  Connection connect(URI gateway, Request request, Pace pace) throws IOException {
    return new RawSocket(gateway, request, pace);
  }

  @Override
  void told(Block block) {
    JsonNode message = json(block);
    switch (block.type()) {
      case "event" ->
          super.told(
              new Block(
                  message.path("event").asString(),
                  message.path("data").toString(),
                  message.path("id").asString("")));
      case "accepted" -> turn(message.path("turnId").asString());
      case "error" -> end("error " + message.path("code").asString());
      case "close" -> end(block.data());
      default -> {}
    }
  }

  @Override
  List<String> endsOf(Outcome outcome) {
    return outcome == Outcome.DRAINED ? List.of("1012", "closed") : super.endsOf(outcome);
  }
}
