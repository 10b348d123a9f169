package io.streamrelay.protocol.turn;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.trace.Traceparent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A turn's end as a CloudEvent 1.0. Nothing that was said is in it; what isn't known is left out.
 * {@code docs/events/turn.schema.json} describes it.
 *
 * @param id the turn's: of several deliveries of it, each but the first is to be dropped
 * @param traceparent of the submit
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TurnEvent(
    String specversion,
    TurnId id,
    String source,
    String type,
    SessionId subject,
    Instant time,
    String datacontenttype,
    @Nullable String traceparent,
    Data data) {
  private static final String TYPE = "io.streamrelay.turn.";

  /** Of a turn that has ended. */
  static TurnEvent of(TurnView turn, String source) {
    Traceparent traceparent = turn.traceparent();
    return new TurnEvent(
        "1.0",
        turn.id(),
        source,
        TYPE + turn.status().wire(),
        turn.session().session(),
        Objects.requireNonNull(turn.endedAt()),
        "application/json",
        traceparent == null ? null : traceparent.value(),
        Data.of(turn));
  }

  /** In words of the turn's resource. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Data(
      TurnId turnId,
      SessionId sessionId,
      String owner,
      TurnStatus status,
      String model,
      @Nullable Map<String, String> metadata,
      List<Attempt> attempts,
      @Nullable Usage usage,
      @Nullable FinishReason finishReason,
      @Nullable Failure failure,
      @Nullable Cancellation cancelled,
      MessageId userMessageId,
      @Nullable MessageId messageId,
      @Nullable Integer length,
      @Nullable String sha256,
      Instant createdAt,
      @Nullable Instant startedAt,
      Instant endedAt) {
    static Data of(TurnView turn) {
      return new Data(
          turn.id(),
          turn.session().session(),
          turn.session().owner().id(),
          turn.status(),
          turn.model(),
          turn.metadata(),
          turn.attempts().stream().map(Attempt::of).toList(),
          turn.usage(),
          turn.finishReason(),
          Failure.of(turn),
          Cancellation.of(turn),
          turn.userMessage(),
          turn.answerMessage(),
          turn.textLength(),
          turn.textSha256(),
          turn.createdAt(),
          turn.startedAt(),
          Objects.requireNonNull(turn.endedAt()));
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Attempt(
      int number,
      @Nullable String outcome,
      @Nullable String provider,
      @Nullable String model,
      @Nullable Usage usage,
      Instant startedAt,
      @Nullable Instant firstChunkAt) {
    static Attempt of(TurnView.Attempt attempt) {
      return new Attempt(
          attempt.number(),
          attempt.outcome(),
          attempt.provider(),
          attempt.model(),
          attempt.usage(),
          attempt.startedAt(),
          attempt.firstChunkAt());
    }
  }

  record Failure(FailureCode code, boolean retryable) {
    static @Nullable Failure of(TurnView turn) {
      FailureCode code = turn.failureCode();
      return code == null ? null : new Failure(code, code.retryable());
    }
  }

  record Cancellation(String by) {
    static @Nullable Cancellation of(TurnView turn) {
      String by = turn.cancelledBy();
      return by == null ? null : new Cancellation(by);
    }
  }
}
