package io.streamrelay.worker.attempt;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.job.DeadLetter;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.CloseResult;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.AttemptRecord;
import io.streamrelay.protocol.turn.ClaimResult.Claimed;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.FinishResult;
import io.streamrelay.protocol.turn.Promotion;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.worker.route.Route;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out of an attempt: save, close, acknowledge, in this order, each repeated until it is
 * answered or the job is lost. What the end let through is queued before the acknowledgement, once.
 * Thread-safe.
 */
public final class Finishing {
  private static final Logger LOG = LoggerFactory.getLogger(Finishing.class);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final String BROKEN_OFF =
      "The answer broke off with its worker, and this model's answers aren't begun anew.";

  private final TurnStore turns;
  private final JobQueue jobs;
  private final Completion completion;
  private final Announcement announcement;
  private final Time time;
  private final AttemptMeters meters;

  public Finishing(
      TurnStore turns,
      JobQueue jobs,
      Completion completion,
      Announcement announcement,
      Time time,
      AttemptMeters meters) {
    this.turns = turns;
    this.jobs = jobs;
    this.completion = completion;
    this.announcement = announcement;
    this.time = time;
    this.meters = meters;
  }

  /**
   * Saves what was generated and ends the turn. PostgreSQL may be away for long: the job is kept by
   * its heartbeat meanwhile.
   */
  AttemptOutcome finish(
      Attempt attempt, Claimed claimed, Ending.ByAttempt ending, Generating.How how)
      throws InterruptedException {
    FinishResult result = save(attempt, ending);
    switch (result) {
      case null -> {
        return AttemptOutcome.of(attempt.stopReason(), AttemptOutcome.LEFT);
      }
      case FinishResult.Finished(var saved, var promotion) -> {
        complete(
            attempt,
            () -> saved == null ? completion.complete(ending.turn()) : completion.close(saved),
            promotion);
        tell(attempt, claimed, ending.outcome(), how);
        return AttemptOutcome.FINISHED;
      }
      case FinishResult.AlreadyEnded ended -> complete(attempt, ending.turn(), Promotion.NONE);
      case FinishResult.NotOurs notOurs -> {}
      case FinishResult.Unknown unknown -> acknowledge(attempt);
    }
    return AttemptOutcome.FENCED;
  }

  /** Null as {@link #untilAnswered}. */
  private @Nullable FinishResult save(Attempt attempt, Ending ending) throws InterruptedException {
    long began = time.nanos();
    meters.saving();
    try {
      FinishResult result =
          attempt.trace().step("save", () -> untilAnswered(attempt, () -> turns.finish(ending)));
      if (result instanceof FinishResult.Finished) {
        meters.saved(Duration.ofNanos(time.nanos() - began));
      }
      return result;
    } finally {
      meters.saveOver();
    }
  }

  /**
   * Sees that an ended turn is saved and its stream closed, then acknowledges.
   *
   * @param promotion what its end let through, if it came just now
   */
  void complete(Attempt attempt, TurnId turn, Promotion promotion) throws InterruptedException {
    complete(attempt, () -> completion.complete(turn), promotion);
  }

  private void complete(Attempt attempt, Supplier<@Nullable CloseResult> close, Promotion promotion)
      throws InterruptedException {
    Boolean done = attempt.trace().step("close", () -> untilAnswered(attempt, () -> closed(close)));
    if (done != null) {
      announcement.announce(promotion);
      acknowledge(attempt);
    }
  }

  private static boolean closed(Supplier<@Nullable CloseResult> close) {
    close.get();
    return true;
  }

  /** Of a turn that its claim ended unrun: no attempt, or no time, was left. */
  void tellUsedUp(ClaimedJob claimed, FailureCode code) {
    Job job = claimed.job();
    meters.ended(code);
    tellEnded(job.session(), job.turn(), code);
    if (code == FailureCode.ATTEMPTS_EXHAUSTED) {
      jobs.bury(
          new DeadLetter(
              claimed.id(), code.wire(), job.turn(), job.session(), TurnStore.MAX_ATTEMPTS));
    }
  }

  private static void tellEnded(SessionKey session, TurnId turn, FailureCode code) {
    LOG.info("turn {} {}: session {}, by its claim", turn, code.wire(), session.session());
  }

  void acknowledge(Attempt attempt) throws InterruptedException {
    untilAnswered(
        attempt,
        () -> {
          jobs.done(attempt.job().id());
          return true;
        });
  }

  /**
   * The slot is free while the provider wants to be left alone; the sweeper queues the turn again.
   */
  AttemptOutcome putOff(Attempt attempt, Claimed claimed, Duration delay)
      throws InterruptedException {
    TurnId turn = claimed.turn().turn();
    Boolean ours = untilAnswered(attempt, () -> turns.putOff(turn, claimed.epoch(), delay));
    if (Boolean.TRUE.equals(ours)) {
      record(attempt, claimed, "put_off");
      acknowledge(attempt);
      LOG.info("turn {} put off for {} s", turn, delay.toSeconds());
      return AttemptOutcome.PUT_OFF;
    }
    return AttemptOutcome.of(
        attempt.stopReason(), ours == null ? AttemptOutcome.LEFT : AttemptOutcome.FENCED);
  }

  /**
   * The turn fails from outside, with what the attempt before said. Not compared with the epoch:
   * whoever takes it over later decides the same.
   */
  AttemptOutcome breakOff(Attempt attempt, Claimed claimed) throws InterruptedException {
    TurnId turn = claimed.turn().turn();
    Ending.Fail broken = new Ending.Fail(turn, FailureCode.INTERRUPTED, BROKEN_OFF);
    FinishResult result = save(attempt, broken);
    if (result instanceof FinishResult.Finished(var saved, var promotion)) {
      record(attempt, claimed, FailureCode.INTERRUPTED.wire());
      attempt.trace().failed(FailureCode.INTERRUPTED);
      complete(attempt, turn, promotion);
      meters.ended(FailureCode.INTERRUPTED.wire(), claimed.request().model());
      tellEnded(claimed.turn().session(), turn, FailureCode.INTERRUPTED);
      return AttemptOutcome.BROKEN_OFF;
    }
    if (result == null) {
      return AttemptOutcome.of(attempt.stopReason(), AttemptOutcome.LEFT);
    }
    complete(attempt, turn, Promotion.NONE);
    return AttemptOutcome.FENCED;
  }

  /** The job is free at once for whoever makes the next attempt, which counts. */
  AttemptOutcome again(Attempt attempt, Claimed claimed, FailureCode code) {
    record(attempt, claimed, code.wire());
    attempt.trace().failed(code);
    quietly(() -> jobs.handOver(attempt.job().id()));
    LOG.info(
        "turn {} attempt {} broke off ({}): another one begins",
        claimed.turn().turn(),
        claimed.attempt(),
        code.wire());
    return AttemptOutcome.AGAIN;
  }

  /** Not ours any more: nothing is acknowledged. A hand-over frees the job at once. */
  AttemptOutcome leave(Attempt attempt, Claimed claimed) {
    StopReason reason = attempt.stopReason();
    TurnId turn = claimed.turn().turn();
    if (reason == StopReason.HANDED_OVER) {
      quietly(() -> turns.handOver(turn, claimed.epoch()));
      quietly(() -> jobs.handOver(attempt.job().id()));
    }
    record(attempt, claimed, reason == null ? StopReason.FENCED.wire() : reason.wire());
    LOG.info(
        "turn {} attempt {} left: {}",
        turn,
        claimed.attempt(),
        reason == null ? "fenced" : reason.wire());
    return AttemptOutcome.of(reason, AttemptOutcome.FENCED);
  }

  private void record(Attempt attempt, Claimed claimed, String outcome) {
    attempt.trace().outcome(outcome);
    Route.Asked asked = attempt.asked();
    AttemptRecord record =
        asked == null
            ? new AttemptRecord(null, null, null, outcome, null, List.of())
            : new AttemptRecord(
                asked.provider(),
                asked.model(),
                attempt.spent(),
                outcome,
                attempt.firstChunkAfter(),
                attempt.warnings());
    quietly(() -> turns.recordAttempt(claimed.turn().turn(), claimed.epoch(), record));
  }

  private static void quietly(Runnable hint) {
    try {
      hint.run();
    } catch (StoreUnavailableException e) {
      LOG.debug("not noted: {}", e.getMessage());
    }
  }

  private void tell(Attempt attempt, Claimed claimed, Generated outcome, Generating.How how) {
    FailureCode code = outcome.failureCode();
    String ended = code == null ? outcome.outcome().wire() : code.wire();
    Duration took = claimed.sinceSubmit().plusNanos(time.nanos() - attempt.startedNanos());
    meters.ended(ended, claimed.request().model());
    meters.turnTook(attempt.job().job().lane(), took);
    if (code == null) {
      attempt.trace().outcome(ended);
    } else {
      attempt.trace().failed(code);
    }
    LOG.info(
        "turn {} {}: session {}, attempt {}{}, {} characters, provider {}, model {}, queued {} ms, total {} ms",
        claimed.turn().turn(),
        ended,
        claimed.turn().session().session(),
        claimed.attempt(),
        how == Generating.How.TAKEN_OVER ? " (generated by an earlier one)" : "",
        outcome.length(),
        outcome.provider(),
        outcome.model(),
        claimed.sinceSubmit().toMillis(),
        took.toMillis());
  }

  /** Null if the job was lost, or is to be handed over, before there was an answer. */
  private <T> @Nullable T untilAnswered(Attempt attempt, Supplier<T> call)
      throws InterruptedException {
    while (true) {
      try {
        return call.get();
      } catch (StoreUnavailableException e) {
        StopReason reason = attempt.stopReason();
        if (reason == StopReason.LOST || reason == StopReason.HANDED_OVER) {
          return null;
        }
        time.pause(RETRY_PAUSE);
      }
    }
  }
}
