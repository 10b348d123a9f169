package io.streamrelay.worker.provider.gemini;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.BoundedJson;
import io.streamrelay.worker.provider.ProviderError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What one frame says, read token by token. Read again for each frame.
 *
 * <p>Not thread-safe: owned by the decoder.
 */
final class GeminiFrame {
  private final List<Said> said = new ArrayList<>();
  private boolean anyCandidate;
  private boolean anyPart;
  private @Nullable String finishReason;
  private @Nullable String blockReason;
  private @Nullable Usage usage;
  private @Nullable String model;
  private @Nullable String id;
  private @Nullable ProviderError error;

  /** A part, in order. */
  sealed interface Said {
    record Text(String text, boolean thought) implements Said {}

    /**
     * A function call, or a piece of one that comes in pieces.
     *
     * @param name null where an earlier piece gave it
     * @param arguments as JSON; null: none, or they come in pieces
     * @param pieces of arguments
     * @param continues whether further pieces follow
     */
    record Call(
        @Nullable String id,
        @Nullable String name,
        @Nullable String arguments,
        List<GeminiArguments.Piece> pieces,
        boolean continues)
        implements Said {}
  }

  /**
   * Reads a frame; throws Jackson's exception where it is malformed.
   *
   * @return false if it isn't an object
   */
  boolean read(JsonParser json) {
    said.clear();
    anyCandidate = false;
    anyPart = false;
    finishReason = null;
    blockReason = null;
    usage = null;
    model = null;
    id = null;
    error = null;
    JsonToken first = json.nextToken();
    BoundedJson.object(json, first, (name, value) -> property(name, json, value));
    return first == JsonToken.START_OBJECT;
  }

  private void property(String name, JsonParser json, JsonToken value) {
    switch (name) {
      case "candidates" -> candidates(json, value);
      case "promptFeedback" ->
          BoundedJson.object(
              json,
              value,
              (inner, of) -> {
                if (inner.equals("blockReason")) {
                  blockReason = BoundedJson.string(json, of);
                }
              });
      case "usageMetadata" -> usage = GeminiUsage.read(json, value);
      case "modelVersion" -> model = BoundedJson.string(json, value);
      case "responseId" -> id = BoundedJson.string(json, value);
      case "error" ->
          error =
              switch (value) {
                case START_OBJECT -> ProviderError.read(json);
                case VALUE_NULL -> null;
                default -> ProviderError.UNKNOWN;
              };
      default -> {}
    }
  }

  /** Only the first is asked for. */
  private void candidates(JsonParser json, JsonToken value) {
    BoundedJson.array(
        json,
        value,
        element -> {
          if (!anyCandidate) {
            BoundedJson.object(json, element, (name, of) -> ofCandidate(name, json, of));
          }
          anyCandidate = true;
        });
  }

  private void ofCandidate(String name, JsonParser json, JsonToken value) {
    if (name.equals("finishReason")) {
      finishReason = BoundedJson.string(json, value);
    } else if (name.equals("content")) {
      BoundedJson.object(
          json,
          value,
          (inner, of) -> {
            if (inner.equals("parts")) {
              BoundedJson.array(json, of, element -> part(json, element));
            }
          });
    }
  }

  private void part(JsonParser json, JsonToken value) {
    anyPart = true;
    PartReader part = new PartReader();
    BoundedJson.object(json, value, (name, of) -> part.property(name, json, of));
    if (part.call != null) {
      said.add(part.call);
    } else if (!part.text.isEmpty()) {
      said.add(new Said.Text(part.text, part.thought));
    }
  }

  /** What else a part may be (code, its output, an image) is passed over. */
  private static final class PartReader {
    private String text = "";
    private boolean thought;
    private Said.@Nullable Call call;

    private void property(String name, JsonParser json, JsonToken value) {
      switch (name) {
        case "text" -> text = value == JsonToken.VALUE_STRING ? json.getString() : text;
        case "thought" -> thought = value == JsonToken.VALUE_TRUE;
        case "functionCall" -> call = value == JsonToken.START_OBJECT ? call(json, value) : call;
        default -> {}
      }
    }

    private static Said.Call call(JsonParser json, JsonToken value) {
      CallReader reader = new CallReader();
      BoundedJson.object(json, value, (name, of) -> reader.property(name, json, of));
      return new Said.Call(
          reader.id, reader.name, reader.arguments, List.copyOf(reader.pieces), reader.continues);
    }
  }

  private static final class CallReader {
    private final List<GeminiArguments.Piece> pieces = new ArrayList<>();
    private @Nullable String id;
    private @Nullable String name;
    private @Nullable String arguments;
    private boolean continues;

    private void property(String property, JsonParser json, JsonToken value) {
      switch (property) {
        case "id" -> id = BoundedJson.string(json, value);
        case "name" -> name = BoundedJson.string(json, value);
        case "args" -> arguments = value == JsonToken.START_OBJECT ? BoundedJson.text(json) : null;
        case "partialArgs" ->
            BoundedJson.array(json, value, element -> pieces.add(piece(json, element)));
        case "willContinue" -> continues = value == JsonToken.VALUE_TRUE;
        default -> {}
      }
    }
  }

  private static GeminiArguments.Piece piece(JsonParser json, JsonToken value) {
    PieceReader piece = new PieceReader();
    BoundedJson.object(json, value, (name, of) -> piece.property(name, json, of));
    return new GeminiArguments.Piece(piece.path, piece.value);
  }

  private static final class PieceReader {
    private String path = "";
    private @Nullable Object value;

    private void property(String name, JsonParser json, JsonToken of) {
      switch (name) {
        case "jsonPath" -> path = of == JsonToken.VALUE_STRING ? json.getString() : path;
        case "stringValue" -> value = BoundedJson.string(json, of);
        case "numberValue" -> value = of.isNumeric() ? json.getNumberValue() : null;
        case "boolValue" -> value = of == JsonToken.VALUE_TRUE;
        default -> {}
      }
    }
  }

  List<Said> said() {
    return said;
  }

  /** Whether something of the answer came, given on or not. */
  boolean anyPart() {
    return anyPart;
  }

  @Nullable String finishReason() {
    return finishReason;
  }

  /** Why the prompt isn't answered; null: it is. */
  @Nullable String blockReason() {
    return blockReason;
  }

  @Nullable Usage usage() {
    return usage;
  }

  @Nullable String model() {
    return model;
  }

  @Nullable String id() {
    return id;
  }

  @Nullable ProviderError error() {
    return error;
  }
}
