package io.streamrelay.protocol.event;

import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.Ended;
import io.streamrelay.protocol.event.StreamEvent.Failed;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.StreamEvent.Unknown;
import io.streamrelay.protocol.event.StreamEvent.Unreadable;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events as the fields {@code t} and {@code d} of an entry: {@code text} and {@code reasoning} raw,
 * everything else JSON.
 *
 * <p>Equal events give equal data, so that an entry written again has the content it had. Unknown
 * fields are ignored and unknown types read as {@link Unknown}, so that versions can be mixed.
 * Thread-safe.
 */
public final class EventCodec {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  private static final Set<String> NAMES_TURN =
      Set.of("user", "start", "done", "end", "error", "cancel");

  private EventCodec() {}

  /**
   * Field {@code d}. Throws IllegalArgumentException for an event that is only read, never written.
   */
  public static String data(StreamEvent event) {
    return switch (event) {
      case Text text -> text.text();
      case Reasoning reasoning -> reasoning.text();
      case Unknown unknown -> throw new IllegalArgumentException("not ours to write: " + unknown);
      case Unreadable bad -> throw new IllegalArgumentException("not ours to write: " + bad);
      case UserMessage user -> JSON.writeValueAsString(user);
      case AttemptStarted start -> JSON.writeValueAsString(start);
      case Snapshot snapshot -> JSON.writeValueAsString(snapshot);
      case ToolCall call -> JSON.writeValueAsString(call);
      case Generated done -> JSON.writeValueAsString(done);
      case Ended end -> JSON.writeValueAsString(end);
      case Failed error -> JSON.writeValueAsString(error);
      case Cancelled cancel -> JSON.writeValueAsString(cancel);
    };
  }

  /** What clients are sent as JSON: {@link #data}, with raw text as {@code {"text": …}}. */
  public static String json(StreamEvent event) {
    return switch (event) {
      case Text text -> JSON.writeValueAsString(text);
      case Reasoning reasoning -> JSON.writeValueAsString(reasoning);
      default -> data(event);
    };
  }

  /** Field {@code n}: the turn, on the events that carry it; else null. */
  public static @Nullable TurnId turn(StreamEvent event) {
    return switch (event) {
      case UserMessage user -> user.turn();
      case AttemptStarted start -> start.turn();
      case Generated done -> done.turn();
      case StreamEvent.Terminal terminal -> terminal.turn();
      case Snapshot snapshot -> null;
      case StreamEvent.Chunk chunk -> null;
      case Unknown unknown -> null;
      case Unreadable unreadable -> null;
    };
  }

  /**
   * Never throws: what can't be read comes back as {@link Unreadable} with the reason, without the
   * data.
   */
  public static StreamEvent event(String type, String data) {
    try {
      StreamEvent event =
          switch (type) {
            case "text" -> new Text(data);
            case "reasoning" -> new Reasoning(data);
            case "user" -> JSON.readValue(data, UserMessage.class);
            case "start" -> JSON.readValue(data, AttemptStarted.class);
            case "snapshot" -> JSON.readValue(data, Snapshot.class);
            case "tool_call" -> JSON.readValue(data, ToolCall.class);
            case "done" -> JSON.readValue(data, Generated.class);
            case "end" -> JSON.readValue(data, Ended.class);
            case "error" -> JSON.readValue(data, Failed.class);
            case "cancel" -> JSON.readValue(data, Cancelled.class);
            default -> new Unknown(type);
          };
      return event == null || (NAMES_TURN.contains(type) && turn(event) == null)
          ? unreadable(type)
          : event;
    } catch (JacksonException | IllegalArgumentException e) {
      return unreadable(type);
    }
  }

  private static Unreadable unreadable(String type) {
    return new Unreadable(type, "field d is not the JSON of a " + type + " event");
  }
}
