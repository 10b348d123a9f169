package io.streamrelay.protocol.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event of a session stream.
 *
 * <p>A turn reads {@code UserMessage (AttemptStarted Snapshot? (Text|Reasoning|ToolCall)*)+
 * Terminal}; {@link Generated} stands where generation is finished and is never shown to a client.
 * Nothing of a turn follows its {@link Terminal}.
 *
 * <p>Texts are valid Unicode without U+0000: {@link ValidText} makes them so before they get here.
 */
public sealed interface StreamEvent {

  /** The event's name, in Redis and as SSE event name. */
  String type();

  /** Ends a turn; each turn gets exactly one. */
  sealed interface Terminal extends StreamEvent permits Ended, Failed, Cancelled {
    TurnId turn();
  }

  /** Adds to the answer of the running attempt. */
  sealed interface Chunk extends StreamEvent permits Text, Reasoning, ToolCall {}

  /** A new turn's message. */
  record UserMessage(TurnId turn, MessageId messageId, List<Part> parts) implements StreamEvent {
    public UserMessage {
      parts = List.copyOf(parts);
    }

    @Override
    public String type() {
      return "user";
    }
  }

  /**
   * An attempt begins; appended before the provider is called.
   *
   * @param attempt from 1
   * @param model the public name that was asked for
   * @param reset true on every start of a turn but its first: drop what this turn said so far
   */
  record AttemptStarted(TurnId turn, int attempt, String model, boolean reset)
      implements StreamEvent {
    @Override
    public String type() {
      return "start";
    }
  }

  /** Stands for all of this turn's answer before it. Empty where nothing was said. */
  record Snapshot(String text, String reasoning, List<ToolCall> toolCalls) implements StreamEvent {
    public static final Snapshot EMPTY = new Snapshot("", "", List.of());

    public Snapshot {
      toolCalls = List.copyOf(toolCalls);
    }

    @Override
    public String type() {
      return "snapshot";
    }
  }

  /** Deltas joined into a chunk. Never empty. */
  record Text(String text) implements Chunk {
    @Override
    public String type() {
      return "text";
    }
  }

  /** What the model thinks aloud. Never empty; not part of the text that is counted and hashed. */
  record Reasoning(String text) implements Chunk {
    @Override
    public String type() {
      return "reasoning";
    }
  }

  /**
   * A tool call or a piece of one: pieces with the same index belong together, their arguments
   * joined.
   *
   * @param id null where an earlier piece gave it, or the provider gives none
   * @param name likewise
   * @param arguments a piece of the arguments, or all of them; may be empty
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ToolCall(int index, @Nullable String id, @Nullable String name, String arguments)
      implements Chunk {
    @Override
    public String type() {
      return "tool_call";
    }
  }

  /**
   * Generation is finished, saving begins. Never sent to clients, never moves a cursor.
   *
   * @param outcome how it ended; {@link Outcome#CANCELLED} or {@link Outcome#FAILED} without length
   *     and hash where it was ended from outside
   * @param finishReason of an ended one
   * @param failureCode of a failed one
   * @param failureMessage of a failed one: in our words, nothing of the provider's body
   * @param length of the attempt's text in UTF-16 units; -1 if ended from outside
   * @param sha256 lower-case hex over the text in UTF-8; empty if ended from outside
   * @param usage null if the provider sent none
   * @param warnings what was not done as it was asked; null: nothing
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Generated(
      TurnId turn,
      Outcome outcome,
      @Nullable FinishReason finishReason,
      @Nullable FailureCode failureCode,
      @Nullable String failureMessage,
      int length,
      String sha256,
      @Nullable Usage usage,
      @Nullable String provider,
      @Nullable String model,
      @Nullable List<Warning> warnings)
      implements StreamEvent {
    public Generated {
      warnings = orNull(warnings);
    }

    /** All done as it was asked. */
    public Generated(
        TurnId turn,
        Outcome outcome,
        @Nullable FinishReason finishReason,
        @Nullable FailureCode failureCode,
        @Nullable String failureMessage,
        int length,
        String sha256,
        @Nullable Usage usage,
        @Nullable String provider,
        @Nullable String model) {
      this(
          turn,
          outcome,
          finishReason,
          failureCode,
          failureMessage,
          length,
          sha256,
          usage,
          provider,
          model,
          null);
    }

    /** The mark of an ending from outside: it only fences. */
    public static Generated fromOutside(TurnId turn, Outcome outcome) {
      return new Generated(turn, outcome, null, null, null, -1, "", null, null, null);
    }

    @Override
    public String type() {
      return "done";
    }
  }

  /**
   * The turn ended well; its message is readable by REST.
   *
   * @param provider and {@code model}: who really answered
   * @param length of the text in UTF-16 units
   * @param sha256 lower-case hex over the text in UTF-8
   * @param warnings what was not done as it was asked; null: nothing
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Ended(
      TurnId turn,
      FinishReason finishReason,
      @Nullable Usage usage,
      @Nullable String provider,
      @Nullable String model,
      MessageId messageId,
      int length,
      String sha256,
      Timings timings,
      @Nullable List<Warning> warnings)
      implements Terminal {
    public Ended {
      warnings = orNull(warnings);
    }

    @Override
    public String type() {
      return "end";
    }
  }

  /**
   * The turn failed. What it said before is kept.
   *
   * @param messageId the partial answer; null if there is none
   * @param partialLost whether Redis lost part of what readers may have seen
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Failed(
      TurnId turn,
      FailureCode code,
      String message,
      boolean retryable,
      @Nullable MessageId messageId,
      int length,
      String sha256,
      @Nullable Boolean partialLost)
      implements Terminal {
    @Override
    public String type() {
      return "error";
    }
  }

  /**
   * The turn was cancelled. What it said before is kept.
   *
   * @param by who: {@code owner}, later also {@code interrupt} or {@code admin}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Cancelled(
      TurnId turn,
      String by,
      @Nullable String reason,
      @Nullable MessageId messageId,
      int length,
      String sha256,
      @Nullable Boolean partialLost)
      implements Terminal {
    @Override
    public String type() {
      return "cancel";
    }
  }

  private static @Nullable List<Warning> orNull(@Nullable List<Warning> warnings) {
    return warnings == null || warnings.isEmpty() ? null : List.copyOf(warnings);
  }

  /** An event of a newer version: a reader passes over it. */
  record Unknown(String type) implements StreamEvent {}

  /** An entry that can't be read: it never follows anything, so readers turn to PostgreSQL. */
  record Unreadable(String type, String why) implements StreamEvent {}
}
