package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.turn.OnBusy;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ReasoningEffort;
import io.streamrelay.protocol.turn.Utterance;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a submission's body, field by field. Each refusal names the field. */
public final class SubmitBody {
  /** How a message is to be answered: what a body of any dialect may have beside it. */
  public static final Set<String> OPTIONS =
      Set.of(
          "context",
          "model",
          "system",
          "parameters",
          "onBusy",
          "lane",
          "timeoutSeconds",
          "tools",
          "toolChoice",
          "parallelToolCalls",
          "responseFormat",
          "metadata");

  static final Set<String> FIELDS =
      Stream.concat(OPTIONS.stream(), Stream.of("message", "messages", "stream"))
          .collect(Collectors.toSet());

  /** Of {@code /api/chat/start}. */
  static final Set<String> FIELDS_OF_START =
      Stream.concat(FIELDS.stream(), Stream.of("sessionId")).collect(Collectors.toSet());

  private static final Set<String> PARAMETERS =
      Set.of("temperature", "topP", "maxTokens", "stop", "seed", "reasoningEffort");
  private static final Pattern METADATA_KEY = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final int MAX_METADATA = 16;
  private static final int MAX_METADATA_CHARS = 512;
  private static final int MAX_MODEL_CHARS = 256;
  private static final int MAX_STOP_CHARS = 256;
  public static final long DEFAULT_TIMEOUT_SECONDS = 600;

  private static final long MAX_TIMEOUT_SECONDS = 3600;

  private final JsonFields body;

  private SubmitBody(JsonFields body) {
    this.body = body;
  }

  static SubmitRequest read(JsonFields body) {
    List<Utterance> said = MessageFields.read(body);
    Boolean stream = body.bool("stream");
    return new SubmitBody(body)
        .read(said, body.has("messages"), OnBusy.REJECT, stream != null && stream);
  }

  /**
   * Something said to the session, to be streamed, with the options of its body.
   *
   * @param said one utterance, the user's or a tool's
   * @param onBusy unless the body says otherwise
   */
  public static SubmitRequest said(JsonFields body, List<Utterance> said, OnBusy onBusy) {
    MessageFields.checkSize(said.getLast(), "message");
    return new SubmitBody(body).read(said, false, onBusy, true);
  }

  /**
   * A conversation that its caller keeps, likewise.
   *
   * @param said at least one; the last is the user's or a tool's
   */
  public static SubmitRequest conversation(JsonFields body, List<Utterance> said, OnBusy onBusy) {
    MessageFields.checkResults(said);
    MessageFields.checkSize(said.getLast(), "messages");
    return new SubmitBody(body).read(said, true, onBusy, true);
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

  private SubmitRequest read(
      List<Utterance> said, boolean whole, OnBusy otherwise, boolean stream) {
    Long timeout = body.integer("timeoutSeconds", 1, MAX_TIMEOUT_SECONDS);
    return new SubmitRequest(
        said.getLast().parts(),
        whole ? List.copyOf(said.subList(0, said.size() - 1)) : null,
        ContextFields.read(body, said.getLast().parts()),
        model(body),
        system(body, "system"),
        parameters(),
        ToolFields.tools(body),
        ToolFields.responseFormat(body),
        metadata(body),
        lane(),
        Duration.ofSeconds(timeout == null ? DEFAULT_TIMEOUT_SECONDS : timeout),
        onBusy(otherwise),
        stream);
  }

  private OnBusy onBusy(OnBusy otherwise) {
    String onBusy = body.text("onBusy");
    if (onBusy == null) {
      return otherwise;
    }
    for (OnBusy known : OnBusy.values()) {
      if (known.wire().equals(onBusy)) {
        return known;
      }
    }
    throw Problem.invalid(
            "'onBusy' must be 'reject', 'enqueue' or 'interrupt', not " + Excerpt.of(onBusy))
        .exception();
  }

  /** Null if the body names none. */
  public static @Nullable String model(JsonFields body) {
    String model = body.text("model");
    if (model != null && (model.isBlank() || model.length() > MAX_MODEL_CHARS)) {
      throw Problem.invalid("'model' must have 1 to " + MAX_MODEL_CHARS + " characters")
          .exception();
    }
    return model;
  }

  /** Null if the field isn't there, or blank. */
  public static @Nullable String system(JsonFields body, String field) {
    String system = body.text(field);
    if (system != null && MessageFields.bytes(system) > MessageFields.MAX_MESSAGE_BYTES) {
      throw MessageFields.tooLarge(body.path(field));
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
    Long maxTokens = given.integer("maxTokens", 1, Parameters.MAX_MAX_TOKENS);
    return new Parameters(
        given.number("temperature", 0, Parameters.MAX_TEMPERATURE),
        given.number("topP", 0, Parameters.MAX_TOP_P),
        maxTokens == null ? null : maxTokens.intValue(),
        stops(given, given.texts("stop", Parameters.MAX_STOPS)),
        given.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE),
        effort(given, "reasoningEffort"));
  }

  /** Null if the field isn't there. */
  public static @Nullable ReasoningEffort effort(JsonFields given, String field) {
    String effort = given.text(field);
    if (effort == null) {
      return null;
    }
    for (ReasoningEffort known : ReasoningEffort.values()) {
      if (known.wire().equals(effort)) {
        return known;
      }
    }
    String all =
        Arrays.stream(ReasoningEffort.values())
            .map(known -> "'" + known.wire() + "'")
            .collect(Collectors.joining(", "));
    throw Problem.invalid(
            "'%s' must be one of %s, not %s".formatted(given.path(field), all, Excerpt.of(effort)))
        .exception();
  }

  /** Empty is none. */
  public static @Nullable Map<String, String> metadata(JsonFields body) {
    Map<String, String> metadata = body.textsByKey("metadata", METADATA_KEY, MAX_METADATA);
    if (metadata == null || metadata.isEmpty()) {
      return null;
    }
    metadata.forEach((key, value) -> {
      if (value.length() > MAX_METADATA_CHARS) {
        throw Problem.invalid(
                "'metadata.%s' is longer than %d characters".formatted(key, MAX_METADATA_CHARS))
            .exception();
      }
    });
    return metadata;
  }

  /** The same texts, checked. */
  public static @Nullable List<String> stops(JsonFields given, @Nullable List<String> stops) {
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
