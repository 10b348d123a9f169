package io.streamrelay.client.event;

import io.streamrelay.client.message.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event of a session stream; all but {@code ping}.
 *
 * <p>A turn reads {@code User (Start Snapshot? (Text | Reasoning | ToolCall)*)+ Terminal}. All but
 * these two and the terminals belong to the turn of the last {@link User} or {@link Start}.
 */
public sealed interface RelayEvent {
  /**
   * What to come back with, to go on after this event; good for ever. Null where the event has no
   * place in the stream: the terminal of a turn that never ran.
   */
  @Nullable String cursor();

  /** A turn's message; another device may have sent it. */
  record User(String turn, String messageId, List<Part> parts, @Nullable String cursor)
      implements RelayEvent {
    public User {
      parts = List.copyOf(parts);
    }
  }

  /**
   * An attempt begins.
   *
   * @param attempt from 1
   * @param model as it was asked for
   * @param reset whether all that this turn has said so far is void
   */
  record Start(String turn, int attempt, String model, boolean reset, @Nullable String cursor)
      implements RelayEvent {}

  /**
   * Stands for all of the turn's answer before it.
   *
   * @param toolCalls whole ones
   */
  record Snapshot(
      String text, String reasoning, List<Part.ToolCall> toolCalls, @Nullable String cursor)
      implements RelayEvent {
    public Snapshot {
      toolCalls = List.copyOf(toolCalls);
    }
  }

  /** A chunk of the answer, to be added. */
  record Text(String text, @Nullable String cursor) implements RelayEvent {}

  /** A chunk of what the model thinks aloud; not part of the answer's text. */
  record Reasoning(String text, @Nullable String cursor) implements RelayEvent {}

  /**
   * A tool call or a piece of one.
   *
   * @param piece those of the same index belong together, their arguments joined
   */
  record ToolCall(Part.ToolCall piece, @Nullable String cursor) implements RelayEvent {}

  /** Ends a turn. Each turn has exactly one. What it said is kept, however it ended. */
  sealed interface Terminal extends RelayEvent {
    String turn();

    /** Of the answer; null where there is none. */
    @Nullable String messageId();

    /** Of the saved text, in UTF-16 units. */
    int length();

    /** Of the saved text in UTF-8: lower-case hex. */
    String sha256();
  }

  /**
   * The turn ended well.
   *
   * @param finishReason {@code stop}, {@code length}, {@code tool_calls}, {@code content_filter},
   *     {@code other}; more may come
   * @param usage null: unknown
   * @param provider that answered, which may be a fallback's
   * @param model that answered, likewise
   * @param warnings what wasn't done as it was asked
   */
  record End(
      String turn,
      String finishReason,
      @Nullable Usage usage,
      @Nullable String provider,
      @Nullable String model,
      String messageId,
      int length,
      String sha256,
      Timings timings,
      List<Warning> warnings,
      @Nullable String cursor)
      implements Terminal {
    public End {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * The turn failed.
   *
   * @param code of docs/errors.md; more may come
   * @param retryable whether the same message, submitted again under a new key, may well succeed
   * @param partialLost whether a part of what readers may have seen was lost
   */
  record Failed(
      String turn,
      String code,
      String message,
      boolean retryable,
      @Nullable String messageId,
      int length,
      String sha256,
      boolean partialLost,
      @Nullable String cursor)
      implements Terminal {}

  /**
   * Somebody cancelled the turn.
   *
   * @param by {@code owner}, or {@code admin} for an operator
   * @param reason null: none was given
   * @param partialLost whether a part of what readers may have seen was lost
   */
  record Cancelled(
      String turn,
      String by,
      @Nullable String reason,
      @Nullable String messageId,
      int length,
      String sha256,
      boolean partialLost,
      @Nullable String cursor)
      implements Terminal {}

  /**
   * Of a gateway that is newer than this client. It may be passed over.
   *
   * @param data as it came, mostly JSON
   */
  record Unknown(String type, String data, @Nullable String cursor) implements RelayEvent {}
}
