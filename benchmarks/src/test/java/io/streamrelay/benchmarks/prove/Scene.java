package io.streamrelay.benchmarks.prove;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A turn {@code t1} of four stamped tokens, as its readers saw it: right, until a test makes
 * something of it wrong.
 */
final class Scene {
  static final String TEXT = "0:1 1:2 2:3 3:4 ";
  private static final JsonMapper JSON = new JsonMapper();

  private final SessionLog log = new SessionLog();
  private final List<History> histories = new ArrayList<>();
  private final List<String> cancelAnswers = new ArrayList<>();
  private Set<String> turns = Set.of("t1");
  private ObjectNode resource = resource("ended", TEXT);
  private JsonNode messages = messages(message("user", "hello"), message("assistant", TEXT));
  private long nanos;

  /** An event as {@code id event data}. */
  static History.Event event(String id, String event, String data) {
    return new History.Event(0, event, id.equals("-") ? null : id, data);
  }

  static History.Event user(String id) {
    return event(id, "user", "{\"turn\":\"t1\",\"messageId\":\"m\"}");
  }

  static History.Event start(String id, boolean reset) {
    return event(
        id,
        "start",
        "{\"turn\":\"t1\",\"attempt\":%d,\"reset\":%b}".formatted(reset ? 2 : 1, reset));
  }

  static History.Event text(String id, String text) {
    return event(id, "text", "{\"text\":\"" + text + "\"}");
  }

  static History.Event terminal(String id, String event, String text) {
    return event(
        id,
        event,
        "{\"turn\":\"t1\",\"length\":%d,\"sha256\":\"%s\"}"
            .formatted(text.length(), Answer.sha256(text)));
  }

  /** The whole turn, nothing wrong with it. */
  static List<History.Event> whole() {
    return new ArrayList<>(
        List.of(
            user("6-0"),
            start("7-0", false),
            text("7-1", "0:1 "),
            text("7-2", "1:2 "),
            text("7-3", "2:3 "),
            text("7-4", "3:4 "),
            terminal("10-0", "end", TEXT)));
  }

  /** The same, its first attempt taken over after two tokens. */
  static List<History.Event> takenOver() {
    return new ArrayList<>(
        List.of(
            user("6-0"),
            start("7-0", false),
            text("7-1", "0:9 "),
            text("7-2", "1:9 "),
            start("8-0", true),
            text("8-1", "0:1 1:2 "),
            text("8-2", "2:3 3:4 "),
            terminal("11-0", "end", TEXT)));
  }

  Scene reader(List<History.Event> events) {
    return reader(null, History.Ending.TERMINAL, events);
  }

  /**
   * @param from the cursor it began with
   */
  Scene reader(@Nullable String from, History.Ending ending, List<History.Event> events) {
    History history = new History(histories.size() + " TURN", from);
    for (History.Event event : events) {
      history.add(event);
      EntryId id = EntryId.parseCursor(event.id());
      if (id != null) {
        log.saw(id, event.event(), event.data(), nanos += 1_000_000);
      }
    }
    history.end(ending, ending == History.Ending.REFUSED ? "404 not_found" : "");
    histories.add(history);
    return this;
  }

  Scene resource(ObjectNode resource) {
    this.resource = resource;
    return this;
  }

  static ObjectNode resource(String status, String text) {
    ObjectNode resource = JSON.createObjectNode().put("turnId", "t1").put("status", status);
    resource.put("length", text.length()).put("sha256", Answer.sha256(text));
    resource
        .putObject("message")
        .putArray("parts")
        .addObject()
        .put("type", "text")
        .put("text", text);
    return resource;
  }

  Scene messages(JsonNode messages) {
    this.messages = messages;
    return this;
  }

  static ObjectNode messages(ObjectNode... items) {
    ObjectNode messages = JSON.createObjectNode();
    messages.putArray("items").addAll(List.of(items));
    return messages;
  }

  static ObjectNode message(String role, String text) {
    ObjectNode message = JSON.createObjectNode().put("turnId", "t1").put("role", role);
    message.putArray("parts").addObject().put("type", "text").put("text", text);
    return message;
  }

  Scene cancelAnswered(String status) {
    cancelAnswers.add(status);
    return this;
  }

  TurnEvidence evidence(Violation... broken) {
    TurnScript script =
        new TurnScript(0, 0, "demo-stamp-t4", 4, Duration.ZERO, null, null, null, List.of());
    return new TurnEvidence(
        "t1",
        "s",
        script,
        log,
        turns,
        histories,
        resource,
        messages,
        cancelAnswers,
        List.of(broken));
  }

  List<Violation> violations() {
    return TurnCheck.of(evidence());
  }

  /** Kinds of what was found, each once. */
  Set<Violation.Kind> kinds() {
    return violations().stream().map(Violation::kind).collect(Collectors.toSet());
  }
}
