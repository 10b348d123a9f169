package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.trace.Traceparent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A turn's row, its messages and its attempts. Guarded by its {@link InMemoryTurns}. */
final class InMemoryTurn {
  final Submission submission;
  final int place;
  final Instant createdAt;
  final Instant deadline;
  final NavigableMap<Long, TurnView.Attempt> attempts = new TreeMap<>();
  final NavigableMap<Long, Traceparent> traceparents = new TreeMap<>();
  final NavigableMap<Long, ResumePoint> resumePoints = new TreeMap<>();
  @Nullable MessageId parent;
  TurnStatus status = TurnStatus.WAITING;
  @Nullable Long userEpoch;
  @Nullable Long epoch;
  @Nullable Long finalEpoch;
  @Nullable EntryId last;
  @Nullable ChunkBorders borders;
  int attempt;
  boolean handedOver;
  boolean withdrawn;
  @Nullable String worker;
  @Nullable JobId job;
  @Nullable String token;
  @Nullable FailureCode failureCode;
  @Nullable String failureMessage;
  @Nullable FinishReason finishReason;
  @Nullable String cancelledBy;
  @Nullable String cancelReason;
  @Nullable Snapshot answer;
  boolean partialLost;
  @Nullable Instant acceptedAt;
  @Nullable Instant notBefore;
  @Nullable Instant startedAt;
  @Nullable Instant endedAt;
  @Nullable Instant savedAt;
  @Nullable Instant settledAt;

  InMemoryTurn(Submission submission, int place, Instant now) {
    this.submission = submission;
    this.place = place;
    this.createdAt = now;
    this.deadline = now.plus(submission.timeout());
  }

  TurnId id() {
    return submission.turn();
  }

  SessionKey session() {
    return submission.session();
  }

  void save(
      Snapshot answer,
      @Nullable EntryId last,
      @Nullable ChunkBorders borders,
      boolean partialLost,
      Instant now) {
    this.borders = borders;
    this.answer = answer;
    this.last = last;
    this.partialLost = partialLost;
    this.savedAt = now;
  }

  /** Made from the turn's id, so that a run with the same ids is the same run. */
  MessageId answerId() {
    UUID turn = id().value();
    return new MessageId(
        new UUID(turn.getMostSignificantBits(), turn.getLeastSignificantBits() ^ 1));
  }

  boolean hasAnswer() {
    return answer != null && (status == TurnStatus.ENDED || !AnswerParts.of(answer).isEmpty());
  }

  MessageId newestMessage() {
    return hasAnswer() ? answerId() : submission.messageId();
  }

  List<Part> answerParts() {
    return answer == null ? List.of() : AnswerParts.of(answer);
  }

  TurnOverview.Line line(Instant now) {
    return new TurnOverview.Line(
        session(),
        id(),
        status,
        failureCode,
        submission.request().model(),
        submission.request().lane(),
        attempt,
        worker,
        job,
        createdAt,
        startedAt,
        notBefore,
        endedAt,
        deadline,
        Duration.between(createdAt, now),
        submission.traceparent());
  }

  LiveTurn live() {
    return new LiveTurn(
        session().session(), id(), status, submission.request().model(), createdAt, startedAt);
  }

  StoredTurn stored() {
    return new StoredTurn(
        view(), submission.parts(), epoch, finalEpoch, last, borders, attempt, worker);
  }

  TurnView view() {
    List<TurnView.Attempt> tries = new ArrayList<>(attempts.values());
    Usage usage =
        tries.stream()
            .map(TurnView.Attempt::usage)
            .filter(one -> one != null)
            .reduce(Usage::plus)
            .orElse(null);
    return new TurnView(
        session(),
        id(),
        status,
        submission.request().model(),
        submission.request().metadata(),
        userEpoch,
        submission.messageId(),
        hasAnswer() ? answerId() : null,
        hasAnswer() ? answerParts() : null,
        tries,
        usage,
        finishReason,
        failureCode,
        failureMessage,
        cancelledBy,
        cancelReason,
        partialLost,
        answer == null ? null : answer.text().length(),
        answer == null ? null : Answer.sha256(answer.text()),
        createdAt,
        startedAt,
        endedAt,
        savedAt,
        deadline,
        submission.traceparent());
  }

  /** The user's message, then the answer where there is one. */
  List<MessageView> messages() {
    List<MessageView> messages = new ArrayList<>();
    messages.add(
        new MessageView(
            submission.messageId(),
            parent,
            id(),
            submission.role(),
            submission.parts(),
            status,
            createdAt));
    if (hasAnswer()) {
      messages.add(
          new MessageView(
              answerId(),
              submission.messageId(),
              id(),
              Role.ASSISTANT,
              answerParts(),
              status,
              savedAt));
    }
    return messages;
  }
}
