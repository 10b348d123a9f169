package io.streamrelay.worker.attempt;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.ClaimResult.Claimed;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.ResumePoint;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.worker.chunk.AttemptWriter;
import io.streamrelay.worker.chunk.ChunkProperties;
import io.streamrelay.worker.chunk.OutputLimitException;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.route.Route;
import io.streamrelay.worker.route.Routes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From {@code start} to {@code done} in the session stream. Where an earlier attempt got that far
 * already, its text is taken and no provider is called. Thread-safe.
 */
public final class Generating {
  private static final Logger LOG = LoggerFactory.getLogger(Generating.class);
  private static final Duration LONGEST_WAIT_IN_SLOT = Duration.ofSeconds(2);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(250);

  /** For the next claim to come and find that there is still time. */
  private static final Duration TIME_FOR_ANOTHER = TurnStore.LEAST_REMAINING.plusSeconds(2);

  /** What became of it. */
  public sealed interface Result {
    /** {@code done} is in the stream: to be saved. */
    record Finished(Ending.ByAttempt ending, How how) implements Result {}

    /** The provider wishes to be asked again only after {@code delay}; nothing was said yet. */
    record PutOff(Duration delay) implements Result {}

    /**
     * The provider broke off after it had said something, with that code; another attempt may do
     * better.
     */
    record Again(FailureCode code) implements Result {}

    /** An earlier attempt said something and broke off; the turn is to fail with that. */
    record BrokenOff() implements Result {}

    /** The turn isn't this attempt's any more, or is to be handed over. */
    record NotOurs() implements Result {}
  }

  /** Whether the text is this attempt's own. */
  public enum How {
    GENERATED,
    TAKEN_OVER
  }

  private final SessionStream streams;
  private final SessionAppender appender;
  private final TurnStore turns;
  private final Routes routes;
  private final Time time;
  private final Executor blocking;
  private final LastingAnswers lasting;
  private final ChunkProperties chunks;
  private final Runnable storeFull;

  /**
   * @param blocking runs what may block: database and stream calls on behalf of a writer
   * @param storeFull told when Redis is full, so that no new jobs are taken
   */
  public Generating(
      SessionStream streams,
      SessionAppender appender,
      TurnStore turns,
      Routes routes,
      Time time,
      Executor blocking,
      ChunkProperties chunks,
      Runnable storeFull) {
    this.streams = streams;
    this.appender = appender;
    this.turns = turns;
    this.routes = routes;
    this.time = time;
    this.blocking = blocking;
    this.lasting = new LastingAnswers(turns, blocking);
    this.chunks = chunks;
    this.storeFull = storeFull;
  }

  /**
   * @throws TimeoutException Redis didn't take it until the deadline
   * @throws InterruptedException the attempt was stopped while it waited
   */
  Result generate(Attempt attempt, Claimed claimed) throws InterruptedException, TimeoutException {
    boolean keepsWhatWasSaid = claimed.reset() && takeover(claimed) == Takeover.FAIL;
    if (keepsWhatWasSaid && brokeOff(attempt, claimed)) {
      return new Result.BrokenOff();
    }
    long deadlineNanos = time.nanos() + claimed.remaining().toNanos();
    AttemptWriter writer = writer(attempt, claimed, deadlineNanos);
    attempt.writesWith(writer);
    boolean anew = false;
    while (true) {
      switch (writer.start(start(claimed), anew)) {
        case AppendResult.Appended appended -> {
          return call(attempt, claimed, writer, deadlineNanos);
        }
        case AppendResult.Done done -> {
          EarlierAttempt.Found found = earlier(attempt, claimed);
          if (found instanceof EarlierAttempt.Found.Whole(var ending)) {
            return new Result.Finished(ending, How.TAKEN_OVER);
          }
          if (found instanceof EarlierAttempt.Found.Fenced) {
            return new Result.NotOurs();
          }
          if (found instanceof EarlierAttempt.Found.Unproved && keepsWhatWasSaid) {
            return new Result.BrokenOff();
          }
          anew |= found instanceof EarlierAttempt.Found.Unproved;
          writer.forgetStart();
        }
        case AppendResult.Fenced fenced -> {
          return new Result.NotOurs();
        }
        case AppendResult.Gap gap -> throw new IllegalStateException("the writer fills gaps");
        case AppendResult.NotOpen closed -> throw new IllegalStateException("the writer opens");
      }
    }
  }

  /** The attempt is over: no provider generates on for nobody. */
  void release(Attempt attempt, Claimed claimed) {
    lasting.release(attempt, claimed, routes.find(claimed.request().model()));
  }

  private AttemptWriter writer(Attempt attempt, Claimed claimed, long deadlineNanos) {
    AttemptWriter.Listener listener =
        new AttemptWriter.Listener() {
          @Override
          public void fenced() {
            attempt.stop(StopReason.FENCED);
          }

          @Override
          public void storeFull() {
            storeFull.run();
          }
        };
    return new AttemptWriter(
        appender,
        (turn, epoch) -> open(claimed),
        time,
        blocking,
        chunks,
        claimed.turn(),
        claimed.epoch(),
        deadlineNanos,
        listener);
  }

  private boolean open(Claimed claimed) {
    TurnStore.Opening opening = turns.opening(claimed.turn(), claimed.epoch());
    if (opening == null) {
      return false;
    }
    streams.open(claimed.turn(), opening.user(), opening.keepFrom());
    return true;
  }

  private static AttemptStarted start(Claimed claimed) {
    return new AttemptStarted(
        claimed.turn().turn(), claimed.attempt(), claimed.request().model(), claimed.reset());
  }

  private EarlierAttempt.Found earlier(Attempt attempt, Claimed claimed)
      throws InterruptedException {
    EarlierAttempt earlier = new EarlierAttempt(streams);
    EarlierAttempt.Found found =
        untilAnswered(attempt, () -> earlier.find(claimed.turn(), claimed.epoch()));
    return found == null ? new EarlierAttempt.Found.Fenced() : found;
  }

  /** What the stream has lost meanwhile was not said: then there is nothing to keep. */
  private boolean brokeOff(Attempt attempt, Claimed claimed) throws InterruptedException {
    EarlierAttempt earlier = new EarlierAttempt(streams);
    return Boolean.TRUE.equals(untilAnswered(attempt, () -> earlier.brokeOff(claimed.turn())));
  }

  /** Null if the attempt was stopped before there was an answer. */
  private <T> @Nullable T untilAnswered(Attempt attempt, Supplier<T> call)
      throws InterruptedException {
    while (attempt.stopReason() == null) {
      try {
        return call.get();
      } catch (StoreUnavailableException e) {
        time.pause(RETRY_PAUSE);
      }
    }
    return null;
  }

  /** Of the turn's route; of a model that nobody here knows, the usual one. */
  private Takeover takeover(Claimed claimed) {
    Route route = routes.find(claimed.request().model());
    return route == null ? Takeover.RESTART : route.takeover();
  }

  private Result call(Attempt attempt, Claimed claimed, AttemptWriter writer, long deadlineNanos)
      throws InterruptedException, TimeoutException {
    Called called = callProvider(attempt, claimed, writer, deadlineNanos);
    if (called == null) {
      return new Result.NotOurs();
    }
    Snapshot answer = writer.endText();
    Duration delay = called.retryAfter();
    if (delay != null && answer.equals(Snapshot.EMPTY) && isWorthPuttingOff(delay, deadlineNanos)) {
      return new Result.PutOff(delay);
    }
    FailureCode code = called.code();
    if (code != null
        && !answer.equals(Snapshot.EMPTY)
        && isWorthAnother(claimed, code, deadlineNanos)) {
      writer.abandon(); // what wasn't sent yet is not to be: the next attempt begins anew
      return new Result.Again(code);
    }
    Generated done = called.done(claimed, answer.text(), attempt.warnings());
    if (!(writer.finish(done) instanceof AppendResult.Appended)) {
      return new Result.NotOurs();
    }
    return new Result.Finished(
        new Ending.ByAttempt(
            claimed.turn().turn(),
            claimed.epoch(),
            done,
            answer,
            writer.lastVisible(),
            writer.borders(),
            attempt.firstChunkAfter()),
        How.GENERATED);
  }

  /** Whether a provider that broke off in its answer is asked again, by another attempt. */
  private boolean isWorthAnother(Claimed claimed, FailureCode code, long deadlineNanos) {
    boolean passing =
        code == FailureCode.PROVIDER_TRUNCATED
            || code == FailureCode.PROVIDER_TIMEOUT
            || code == FailureCode.PROVIDER_UNAVAILABLE;
    return passing
        && takeover(claimed) != Takeover.FAIL
        && claimed.attempt() < TurnStore.MAX_ATTEMPTS
        && time.nanos() + TIME_FOR_ANOTHER.toNanos() < deadlineNanos;
  }

  private boolean isWorthPuttingOff(Duration delay, long deadlineNanos) {
    return delay.compareTo(LONGEST_WAIT_IN_SLOT) > 0
        && time.nanos() + delay.plus(TurnStore.LEAST_REMAINING).toNanos() < deadlineNanos;
  }

  /** Null if the attempt was stopped. */
  private @Nullable Called callProvider(
      Attempt attempt, Claimed claimed, AttemptWriter writer, long deadlineNanos)
      throws InterruptedException {
    String model = claimed.request().model();
    Route route = routes.find(model);
    if (route == null) {
      String message = "no worker here knows the model '" + model + "'";
      return Called.failed(attempt, FailureCode.PROVIDER_REJECTED, message);
    }
    ProviderRequest request =
        new ProviderRequest(
            model,
            Prompting.of(claimed, route),
            route.parameters(claimed.request().parameters()),
            claimed.request().tools(),
            claimed.request().responseFormat(),
            claimed.request().metadata(),
            deadlineNanos,
            claimed.attempt());
    attempt.beginInterruptible();
    try {
      ResumePoint at = resumePoint(claimed, route);
      Route.Watcher watcher = lasting.watcher(attempt, claimed, route);
      Route.Routed routed =
          at == null
              ? route.generate(request, writer, watcher)
              : route.resume(at, request, writer, watcher);
      attempt.lasts(null);
      return Called.answered(routed);
    } catch (ProviderException e) {
      boolean late = time.nanos() >= deadlineNanos;
      return late
          ? Called.failed(attempt, FailureCode.DEADLINE_EXCEEDED, "the turn's deadline passed")
          : Called.failed(attempt, e);
    } catch (OutputLimitException e) {
      return Called.failed(attempt, FailureCode.OUTPUT_LIMIT, e.getMessage());
    } catch (InterruptedException e) {
      if (attempt.stopReason() != null) {
        return null;
      }
      throw e;
    } catch (RuntimeException e) {
      LOG.error("turn {}: provider adapter failed", claimed.turn().turn(), e);
      return Called.failed(attempt, FailureCode.INTERNAL, "the relay worker failed");
    } finally {
      attempt.endInterruptible();
    }
  }

  /** Null where there is none, or it can't be told: then the answer is generated anew. */
  private @Nullable ResumePoint resumePoint(Claimed claimed, Route route) {
    if (route.takeover() != Takeover.RESUME || !claimed.reset()) {
      return null;
    }
    try {
      return turns.resumePoint(claimed.turn().turn());
    } catch (StoreUnavailableException e) {
      LOG.warn("turn {} isn't resumed: {}", claimed.turn().turn(), e.getMessage());
      return null;
    }
  }

  /** How the provider call ended: with a finish reason, or with a code. */
  private record Called(
      @Nullable FinishReason finishReason,
      @Nullable Usage usage,
      @Nullable String provider,
      @Nullable String model,
      @Nullable FailureCode code,
      @Nullable String message,
      @Nullable Duration retryAfter) {

    static Called answered(Route.Routed routed) {
      return new Called(
          routed.finishReason(),
          routed.usage(),
          routed.provider(),
          routed.model(),
          null,
          null,
          null);
    }

    static Called failed(Attempt attempt, FailureCode code, @Nullable String message) {
      return failed(attempt, code, message, null);
    }

    static Called failed(Attempt attempt, ProviderException e) {
      return failed(attempt, e.code(), e.getMessage(), e.retryAfter());
    }

    private static Called failed(
        Attempt attempt,
        FailureCode code,
        @Nullable String message,
        @Nullable Duration retryAfter) {
      Route.Asked asked = attempt.asked();
      return new Called(
          null,
          attempt.spent(),
          asked == null ? null : asked.provider(),
          asked == null ? null : asked.model(),
          code,
          message,
          retryAfter);
    }

    Generated done(Claimed claimed, String text, List<Warning> warnings) {
      return new Generated(
          claimed.turn().turn(),
          code == null ? Outcome.ENDED : Outcome.FAILED,
          finishReason,
          code,
          message,
          text.length(),
          Answer.sha256(text),
          usage,
          provider,
          model,
          warnings);
    }
  }
}
