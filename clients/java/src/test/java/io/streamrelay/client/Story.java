package io.streamrelay.client;

import static io.streamrelay.client.ScriptedGateway.event;

import io.streamrelay.client.event.RelayEvent;
import java.util.List;

/** A turn as a gateway tells it, with a takeover in it. */
final class Story {
  static final String TURN = "0199aaaa-0000-7000-8000-000000000001";
  static final String TEXT = "Once ä€😀 upon";

  private Story() {}

  /** As they are sent. */
  static List<String> blocks() {
    return List.of(
        event(
            "6-0",
            "user",
            "{\"turn\":\"%s\",\"messageId\":\"m1\",\"parts\":[{\"type\":\"text\",\"text\":\"Tell\"}]}"
                .formatted(TURN)),
        start("7-0", 1, false),
        text("7-1", "lost"),
        start("8-0", 2, true),
        "event: ping\ndata: {}\n\n",
        text("8-1", "Once ä"),
        text("8-2", "€😀 upon"),
        event("8-3", "reasoning", "{\"text\":\"hm\"}"),
        event(
            "8-4",
            "tool_call",
            "{\"index\":0,\"id\":\"c1\",\"name\":\"go\",\"arguments\":\"{\\\"a\\\":\"}"),
        event("8-5", "tool_call", "{\"index\":0,\"arguments\":\"1}\"}"),
        event("8-6", "of_tomorrow", "{\"x\":1}"),
        end("11-0", TEXT));
  }

  static String start(String id, int attempt, boolean reset) {
    return event(
        id,
        "start",
        "{\"turn\":\"%s\",\"attempt\":%d,\"model\":\"demo\",\"reset\":%s}"
            .formatted(TURN, attempt, reset));
  }

  static String text(String id, String text) {
    return event(id, "text", "{\"text\":\"" + text + "\"}");
  }

  static String end(String id, String text) {
    return event(
        id,
        "end",
        "{\"turn\":\"%s\",\"finishReason\":\"stop\",\"messageId\":\"m2\",%s,\"timings\":{\"totalMillis\":9}}"
            .formatted(TURN, proof(text)));
  }

  static String proof(String text) {
    return "\"length\":%d,\"sha256\":\"%s\"".formatted(text.length(), AnswerBuilder.sha256(text));
  }

  /** Those after the cursor; all of none. */
  static List<String> after(String cursor) {
    List<String> blocks = blocks();
    if (cursor.isEmpty()) {
      return blocks;
    }
    int last = -1;
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i).contains("\nid: " + cursor + "\n")) {
        last = i;
      }
    }
    if (last < 0) {
      throw new IllegalArgumentException("no such cursor " + cursor);
    }
    return blocks.subList(last + 1, blocks.size());
  }

  static List<String> cursors() {
    return List.of("6-0", "7-0", "7-1", "8-0", "8-1", "8-2", "8-3", "8-4", "8-5", "8-6", "11-0");
  }

  static List<String> cursorsOf(List<RelayEvent> events) {
    return events.stream().map(RelayEvent::cursor).toList();
  }
}
