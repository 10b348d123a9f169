package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.trace.Traceparent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A turn as a resource.
 *
 * @param metadata as it was handed in; null: none
 * @param userEpoch u; null while it waits
 * @param attempts all claims in their order, handed-over ones too
 * @param usage the sum over the attempts; null if no provider sent any
 * @param answer the answer's message; null until it is saved, or where nothing was said
 * @param traceparent of the submit; null if there is none
 */
public record TurnView(
    SessionKey session,
    TurnId id,
    TurnStatus status,
    String model,
    @Nullable Map<String, String> metadata,
    @Nullable Long userEpoch,
    MessageId userMessage,
    @Nullable MessageId answerMessage,
    @Nullable List<Part> answer,
    List<Attempt> attempts,
    @Nullable Usage usage,
    @Nullable FinishReason finishReason,
    @Nullable FailureCode failureCode,
    @Nullable String failureMessage,
    @Nullable String cancelledBy,
    @Nullable String cancelReason,
    boolean partialLost,
    @Nullable Integer textLength,
    @Nullable String textSha256,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Instant savedAt,
    Instant deadline,
    @Nullable Traceparent traceparent) {

  /**
   * One claim of the turn.
   *
   * @param warnings what was not done as it was asked; known once the attempt is over
   */
  public record Attempt(
      int number,
      long epoch,
      String worker,
      @Nullable String provider,
      @Nullable String model,
      @Nullable Usage usage,
      @Nullable String outcome,
      Instant startedAt,
      @Nullable Instant firstChunkAt,
      @Nullable Instant endedAt,
      List<Warning> warnings) {
    /** Null, as it is stored, is none. */
    public Attempt {
      warnings = warnings == null ? List.of() : List.copyOf(warnings);
    }
  }
}
