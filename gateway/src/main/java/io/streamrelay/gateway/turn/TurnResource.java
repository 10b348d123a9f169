package io.streamrelay.gateway.turn;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.Timings;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.protocol.turn.TurnView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A turn, as callers see it. What isn't known, or not yet, is left out.
 *
 * @param metadata as it was handed in
 * @param attempts how often a worker began, each with what it came to
 * @param usage the sum over the attempts
 * @param warnings what its latest attempt didn't do as it was asked
 * @param message the answer, whole or as far as it came; once it is saved
 * @param length of the answer's text in UTF-16 units
 * @param sha256 of the answer's text in UTF-8
 * @param partialLost true if some of what readers may have seen is lost
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TurnResource(
    TurnId turnId,
    SessionId sessionId,
    TurnStatus status,
    String model,
    @Nullable Map<String, String> metadata,
    List<Attempt> attempts,
    @Nullable Usage usage,
    List<Warning> warnings,
    @Nullable FinishReason finishReason,
    @Nullable Failure failure,
    @Nullable Cancellation cancelled,
    MessageId userMessageId,
    @Nullable Message message,
    @Nullable Integer length,
    @Nullable String sha256,
    @Nullable Boolean partialLost,
    @Nullable Timings timings,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Instant savedAt,
    Instant deadline,
    String streamUrl) {

  static TurnResource of(TurnView turn) {
    return new TurnResource(
        turn.id(),
        turn.session().session(),
        turn.status(),
        turn.model(),
        turn.metadata(),
        turn.attempts().stream().map(Attempt::of).toList(),
        turn.usage(),
        turn.attempts().isEmpty() ? List.of() : turn.attempts().getLast().warnings(),
        turn.finishReason(),
        Failure.of(turn),
        Cancellation.of(turn),
        turn.userMessage(),
        Message.of(turn),
        turn.textLength(),
        turn.textSha256(),
        turn.partialLost() ? true : null,
        timings(turn),
        turn.createdAt(),
        turn.startedAt(),
        turn.endedAt(),
        turn.savedAt(),
        turn.deadline(),
        TurnPaths.stream(turn.session().session(), turn.id()));
  }

  private static @Nullable Timings timings(TurnView turn) {
    if (turn.endedAt() == null) {
      return null;
    }
    TurnView.Attempt last = turn.attempts().isEmpty() ? null : turn.attempts().getLast();
    Instant from = turn.createdAt();
    return new Timings(
        last == null ? null : millis(from, last.startedAt()),
        last == null || last.firstChunkAt() == null ? null : millis(from, last.firstChunkAt()),
        millis(from, turn.endedAt()));
  }

  private static long millis(Instant from, Instant to) {
    return Duration.between(from, to).toMillis();
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Attempt(
      int number,
      @Nullable String outcome,
      @Nullable String provider,
      @Nullable String model,
      @Nullable Usage usage,
      Instant startedAt,
      @Nullable Instant firstChunkAt,
      @Nullable Instant endedAt,
      List<Warning> warnings) {
    static Attempt of(TurnView.Attempt attempt) {
      return new Attempt(
          attempt.number(),
          attempt.outcome(),
          attempt.provider(),
          attempt.model(),
          attempt.usage(),
          attempt.startedAt(),
          attempt.firstChunkAt(),
          attempt.endedAt(),
          attempt.warnings());
    }
  }

  record Failure(FailureCode code, String message, boolean retryable) {
    static @Nullable Failure of(TurnView turn) {
      FailureCode code = turn.failureCode();
      if (code == null) {
        return null;
      }
      String message = turn.failureMessage();
      return new Failure(code, message == null ? "" : message, code.retryable());
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Cancellation(String by, @Nullable String reason) {
    static @Nullable Cancellation of(TurnView turn) {
      String by = turn.cancelledBy();
      return by == null ? null : new Cancellation(by, turn.cancelReason());
    }
  }

  record Message(MessageId id, List<Part> parts) {
    static @Nullable Message of(TurnView turn) {
      MessageId id = turn.answerMessage();
      List<Part> parts = turn.answer();
      return id == null || parts == null ? null : new Message(id, parts);
    }
  }
}
