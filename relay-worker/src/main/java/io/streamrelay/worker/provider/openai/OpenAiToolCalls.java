package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.worker.provider.BoundedJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Tells which pieces belong to which tool call. Servers number from 0 or 1, give all calls the same
 * number, repeat ids or leave them out: ours are numbered from 0 in the order they appear, id and
 * name are given with the first piece only.
 *
 * <p>Not thread-safe: owned by the frame; calls outlive frames, pieces don't.
 */
final class OpenAiToolCalls {
  private static final int MAX_CALLS = 256;

  private record Known(int number, @Nullable String id) {}

  private final List<Known> known = new ArrayList<>();
  private final List<ToolCall> pieces = new ArrayList<>();

  void clear() {
    pieces.clear();
  }

  List<ToolCall> pieces() {
    return pieces;
  }

  /** Takes the value of {@code tool_calls}. */
  void read(JsonParser json, JsonToken value) {
    if (value != JsonToken.START_ARRAY) {
      return;
    }
    JsonToken element;
    while ((element = json.nextToken()) != JsonToken.END_ARRAY && element != null) {
      if (element == JsonToken.START_OBJECT) {
        call(json);
      } else {
        json.skipChildren();
      }
    }
  }

  /** Takes the value of {@code function_call}, the older form. */
  void readFunction(JsonParser json, JsonToken value) {
    if (value == JsonToken.START_OBJECT) {
      Piece piece = new Piece();
      piece.function(json);
      add(piece);
    }
  }

  private void call(JsonParser json) {
    Piece piece = new Piece();
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      if (name.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
        piece.number = json.getIntValue();
      } else if (name.equals("id") && value == JsonToken.VALUE_STRING) {
        piece.id = json.getString();
      } else if (name.equals("function") && value == JsonToken.START_OBJECT) {
        piece.function(json);
      }
      json.skipChildren();
    }
    add(piece);
  }

  private void add(Piece piece) {
    int index = find(piece);
    if (index >= 0) {
      if (!piece.arguments.isEmpty()) {
        pieces.add(new ToolCall(index, null, null, piece.arguments));
      }
    } else if (known.size() < MAX_CALLS) {
      int number = piece.number == null ? known.size() : piece.number;
      String id = piece.id.isEmpty() ? null : piece.id;
      known.add(new Known(number, id));
      String name = piece.name.isEmpty() ? null : piece.name;
      pieces.add(new ToolCall(known.size() - 1, id, name, piece.arguments));
    }
  }

  /** The latest call the piece can belong to; -1: it begins a new one. */
  private int find(Piece piece) {
    for (int i = known.size() - 1; i >= 0; i--) {
      if (belongs(piece, known.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean belongs(Piece piece, Known call) {
    if (piece.number != null && piece.number != call.number) {
      return false;
    }
    if (piece.id.isEmpty()) {
      return piece.number != null || piece.name.isEmpty();
    }
    // Another id with a name is another call, whatever its number; without a name it is noise.
    return piece.id.equals(call.id) || piece.number != null && piece.name.isEmpty();
  }

  private static final class Piece {
    private @Nullable Integer number;
    private String id = "";
    private String name = "";
    private String arguments = "";

    void function(JsonParser json) {
      String property;
      while ((property = json.nextName()) != null) {
        JsonToken value = json.nextToken();
        if (property.equals("name") && value == JsonToken.VALUE_STRING) {
          name = json.getString();
        } else if (property.equals("arguments")) {
          arguments = arguments(json, value);
        }
        json.skipChildren();
      }
    }

    /** A string as it should be, or an object, which is written out again. */
    private static String arguments(JsonParser json, JsonToken value) {
      if (value == JsonToken.VALUE_STRING) {
        return json.getString();
      }
      return value == JsonToken.START_OBJECT ? BoundedJson.text(json) : "";
    }
  }
}
