package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a submission's body, field by field. Each refusal names the field. */
final class SubmitBody {
  static final Set<String> FIELDS =
      Set.of(
          "message",
          "messages",
          "model",
          "stream",
          "system",
          "parameters",
          "onBusy",
          "lane",
          "timeoutSeconds");

  /** Of {@code /api/chat/start}. */
  static final Set<String> FIELDS_OF_START =
      Stream.concat(FIELDS.stream(), Stream.of("sessionId")).collect(Collectors.toSet());

  private static final Set<String> PARAMETERS =
      Set.of("temperature", "topP", "maxTokens", "stop", "seed");
  private static final Set<String> UTTERANCE = Set.of("role", "content", "parts");
  private static final Set<String> PART = Set.of("type", "text");
  private static final int MAX_MESSAGE_BYTES = 128 * 1024;
  private static final int MAX_MESSAGES = 1000;
  private static final int MAX_PARTS = 100;
  private static final int MAX_MODEL_CHARS = 256;
  private static final int MAX_STOPS = 8;
  private static final int MAX_STOP_CHARS = 256;
  private static final double MAX_TEMPERATURE = 2;
  private static final int MAX_TOKENS = 1_000_000;
  private static final long DEFAULT_TIMEOUT_SECONDS = 600;
  private static final long MAX_TIMEOUT_SECONDS = 3600;

  private final JsonFields body;

  private SubmitBody(JsonFields body) {
    this.body = body;
  }

  static SubmitRequest read(JsonFields body) {
    return new SubmitBody(body).read();
  }

  /** Null if the body names none. */
  static @Nullable SessionId session(JsonFields body) {
    String id = body.text("sessionId");
    try {
      return id == null ? null : new SessionId(id);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("'sessionId': " + e.getMessage()).exception();
    }
  }

  private SubmitRequest read() {
    checkOnBusy();
    List<Utterance> said = said();
    Boolean stream = body.bool("stream");
    Long timeout = body.integer("timeoutSeconds", 1, MAX_TIMEOUT_SECONDS);
    return new SubmitRequest(
        said.getLast().parts(),
        body.has("messages") ? List.copyOf(said.subList(0, said.size() - 1)) : null,
        model(),
        system(),
        parameters(),
        lane(),
        Duration.ofSeconds(timeout == null ? DEFAULT_TIMEOUT_SECONDS : timeout),
        stream != null && stream);
  }

  private void checkOnBusy() {
    String onBusy = body.text("onBusy");
    if (onBusy != null && !onBusy.equals("reject")) {
      throw Problem.invalid("'onBusy' can only be 'reject' in this version").exception();
    }
  }

  /** The conversation as the body tells it; the last is the user's message. */
  private List<Utterance> said() {
    if (body.has("message") == body.has("messages")) {
      throw Problem.invalid("send either 'message' or 'messages'").exception();
    }
    if (body.has("message")) {
      return List.of(checked(new Utterance(Role.USER, message()), "message"));
    }
    List<Utterance> said =
        body.required(
            "messages", body.objects("messages", UTTERANCE, MAX_MESSAGES, SubmitBody::utterance));
    if (said.isEmpty() || said.getLast().role() != Role.USER) {
      throw Problem.invalid("the last of 'messages' must have the role 'user'").exception();
    }
    checked(said.getLast(), "messages[" + (said.size() - 1) + "]");
    return said;
  }

  private List<Part> message() {
    if (body.isText("message")) {
      return List.of(new Part.Text(body.requiredText("message")));
    }
    if (!body.isObject("message")) {
      throw Problem.invalid("'message' must be a string, or an object with 'parts'").exception();
    }
    JsonFields message = body.required("message", body.object("message", Set.of("parts")));
    return parts(message, "parts");
  }

  private static Utterance utterance(JsonFields said) {
    if (said.has("content") == said.has("parts")) {
      throw Problem.invalid("'" + said.path("content") + "' or 'parts': send one of them")
          .exception();
    }
    Role role = role(said);
    List<Part> parts;
    if (said.isText("content")) {
      parts = List.of(new Part.Text(said.requiredText("content")));
    } else {
      parts = parts(said, said.has("content") ? "content" : "parts");
    }
    if (textOf(parts).isEmpty()) {
      throw Problem.invalid("'" + said.path("content") + "' is empty").exception();
    }
    return new Utterance(role, parts);
  }

  private static Role role(JsonFields said) {
    String role = said.requiredText("role");
    try {
      return Role.of(role);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(
              "'" + said.path("role") + "' must be 'system', 'user', 'assistant' or 'tool'")
          .exception();
    }
  }

  private static List<Part> parts(JsonFields of, String name) {
    return of.required(name, of.objects(name, PART, MAX_PARTS, SubmitBody::part));
  }

  private static Part part(JsonFields part) {
    if (!part.requiredText("type").equals("text")) {
      throw Problem.invalid("'" + part.path("type") + "' can only be 'text' in this version")
          .exception();
    }
    return new Part.Text(part.requiredText("text"));
  }

  private static Utterance checked(Utterance message, String path) {
    String text = textOf(message.parts());
    if (text.isBlank()) {
      throw Problem.invalid("'" + path + "' is empty").exception();
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > MAX_MESSAGE_BYTES) {
      String detail = "'" + path + "' is larger than " + MAX_MESSAGE_BYTES + " bytes";
      throw new Problem(413, ErrorCode.INVALID_REQUEST, detail).exception();
    }
    return message;
  }

  private static String textOf(List<Part> parts) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Part.Text piece) {
        text.append(piece.text());
      }
    }
    return text.toString();
  }

  private @Nullable String model() {
    String model = body.text("model");
    if (model != null && (model.isBlank() || model.length() > MAX_MODEL_CHARS)) {
      throw Problem.invalid("'model' must have 1 to " + MAX_MODEL_CHARS + " characters")
          .exception();
    }
    return model;
  }

  private @Nullable String system() {
    String system = body.text("system");
    if (system != null && system.getBytes(StandardCharsets.UTF_8).length > MAX_MESSAGE_BYTES) {
      String detail = "'system' is larger than " + MAX_MESSAGE_BYTES + " bytes";
      throw new Problem(413, ErrorCode.INVALID_REQUEST, detail).exception();
    }
    return system == null || system.isBlank() ? null : system;
  }

  private Lane lane() {
    String lane = body.text("lane");
    if (lane == null) {
      return Lane.INTERACTIVE;
    }
    for (Lane known : Lane.values()) {
      if (known.wire().equals(lane)) {
        return known;
      }
    }
    throw Problem.invalid("'lane' must be 'interactive' or 'batch', not " + Excerpt.of(lane))
        .exception();
  }

  private Parameters parameters() {
    JsonFields given = body.object("parameters", PARAMETERS);
    if (given == null) {
      return Parameters.NONE;
    }
    Long maxTokens = given.integer("maxTokens", 1, MAX_TOKENS);
    return new Parameters(
        given.number("temperature", 0, MAX_TEMPERATURE),
        given.number("topP", 0, 1),
        maxTokens == null ? null : maxTokens.intValue(),
        stops(given),
        given.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE));
  }

  private static @Nullable List<String> stops(JsonFields given) {
    List<String> stops = given.texts("stop", MAX_STOPS);
    if (stops == null) {
      return null;
    }
    for (String stop : stops) {
      if (stop.isEmpty() || stop.length() > MAX_STOP_CHARS) {
        throw Problem.invalid(
                "'" + given.path("stop") + "' needs 1 to " + MAX_STOP_CHARS + " characters each")
            .exception();
      }
    }
    return stops;
  }
}
