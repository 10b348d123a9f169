package io.streamrelay.worker.route;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks one target, again if it fails before it said anything, not at all while its circuit is open
 * or its provider has as many calls as it may. Thread-safe; shared by the routes to the same
 * target.
 */
final class Asking {
  /**
   * When a call that found no place is worth another look: long enough for the turn to be put off,
   * which frees its slot.
   */
  static final Duration WHEN_FULL = Duration.ofSeconds(3);

  private final Provider provider;
  private final Target target;
  private final @Nullable CircuitBreaker circuit;
  private final @Nullable Bulkhead bulkhead;
  private final Retry retry;
  private final RetryBudget budget;
  private final Duration maxRetryAfter;
  private final RouteMeters meters;

  /**
   * @param guarded false: no circuit
   * @param bulkhead of the provider, for all its targets; null: none
   */
  Asking(
      Provider provider,
      Target target,
      Resilience resilience,
      boolean guarded,
      @Nullable Bulkhead bulkhead) {
    this.provider = provider;
    this.target = target;
    this.circuit = guarded ? resilience.circuit(target) : null;
    this.bulkhead = bulkhead;
    this.retry = resilience.retry(target);
    this.budget = resilience.budget();
    this.maxRetryAfter = resilience.maxRetryAfter();
    this.meters = resilience.meters();
    meters.circuit(target, this::circuitState);
  }

  /**
   * How far a call may go on.
   *
   * @param untilNanos of {@link System#nanoTime}: no try is begun after it
   * @param othersLeft whether somebody else can be asked: then a timeout isn't tried again here,
   *     since that could take as long once more
   */
  record Bounds(long untilNanos, boolean othersLeft) {}

  /** How its circuit stands; closed where there is none. */
  CircuitBreaker.State circuitState() {
    return circuit == null ? CircuitBreaker.State.CLOSED : circuit.getState();
  }

  /** Whether its provider can tell an answer once more. */
  boolean canResume() {
    return provider.canResume();
  }

  Reply ask(ProviderRequest request, DeltaSink sink, Bounds bounds)
      throws ProviderException, InterruptedException {
    return ask(to -> provider.generate(request, to), sink, bounds);
  }

  /** Has an answer told once more: only where {@link #canResume}. */
  Reply resume(String response, ProviderRequest request, DeltaSink sink, Bounds bounds)
      throws ProviderException, InterruptedException {
    return ask(to -> provider.resume(response, request, to), sink, bounds);
  }

  /** Has an answer's generation stopped: only where {@link #canResume}. Not counted as a call. */
  void cancel(String response) throws ProviderException, InterruptedException {
    provider.cancel(response);
  }

  private interface Call {
    Reply to(DeltaSink sink) throws ProviderException, InterruptedException;
  }

  private Reply ask(Call call, DeltaSink sink, Bounds bounds)
      throws ProviderException, InterruptedException {
    Retry.AsyncContext<Reply> tries = retry.asyncContext();
    budget.call();
    while (true) {
      Try attempt = new Try(sink);
      try {
        Reply reply = attempt.run(call);
        tries.onComplete();
        return reply;
      } catch (ProviderException e) {
        if (!mayRetry(e, attempt, bounds)) {
          throw e;
        }
        waitBefore(tries.onError(e), bounds, e);
      }
    }
  }

  private boolean mayRetry(ProviderException failure, Try attempt, Bounds bounds) {
    Duration wait = failure.retryAfter();
    boolean slow = failure.code() == FailureCode.PROVIDER_TIMEOUT && bounds.othersLeft();
    return attempt.asked
        && !attempt.first.came()
        && !slow
        && isPassing(failure.code())
        && (wait == null || wait.compareTo(maxRetryAfter) <= 0);
  }

  /** Whether another try may well succeed. */
  static boolean isPassing(FailureCode code) {
    return switch (code) {
      case PROVIDER_UNAVAILABLE, PROVIDER_RATE_LIMITED, PROVIDER_TIMEOUT, PROVIDER_TRUNCATED ->
          true;
      case PROVIDER_REJECTED,
          PROVIDER_AUTH,
          CONTENT_FILTERED,
          CONTEXT_TOO_LONG,
          OUTPUT_LIMIT,
          DEADLINE_EXCEEDED,
          ATTEMPTS_EXHAUSTED,
          INTERRUPTED,
          INTERNAL ->
          false;
    };
  }

  /**
   * Whether somebody else may do better: all that passes, and a refused key. What the provider
   * found wrong with the request itself, others would too.
   */
  static boolean othersMayDoBetter(FailureCode code) {
    return isPassing(code) || code == FailureCode.PROVIDER_AUTH;
  }

  /** Whether it says that the provider is ill. A rate limit doesn't: it answers. */
  private static boolean isIllness(FailureCode code) {
    return isPassing(code) && code != FailureCode.PROVIDER_RATE_LIMITED;
  }

  /** Throws {@code failure} if there is no other try to be had, or none in time. */
  private void waitBefore(long millis, Bounds bounds, ProviderException failure)
      throws ProviderException, InterruptedException {
    boolean inTime = bounds.untilNanos() - System.nanoTime() > Duration.ofMillis(millis).toNanos();
    if (millis < 0 || !inTime || !budget.tryRetry()) {
      throw failure;
    }
    meters.retried(target.provider(), failure.code());
    Thread.sleep(millis);
  }

  /**
   * One try. The circuit hears of success with the first delta already, so that a long answer
   * doesn't hold one of the few places that a half-open circuit gives.
   */
  private final class Try {
    private final FirstDelta first;
    private boolean asked;
    private boolean told;

    Try(DeltaSink sink) {
      first = new FirstDelta(sink, this::tellSuccess);
    }

    Reply run(Call call) throws ProviderException, InterruptedException {
      enterBulkhead();
      try {
        return runInside(call);
      } finally {
        if (bulkhead != null) {
          bulkhead.onComplete();
        }
      }
    }

    private void enterBulkhead() throws ProviderException, InterruptedException {
      if (bulkhead == null || bulkhead.tryAcquirePermission()) {
        return;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      meters.bulkheadFull(target.provider());
      throw new ProviderException(
          FailureCode.PROVIDER_UNAVAILABLE,
          "as many calls to the provider as allowed are under way",
          WHEN_FULL,
          null);
    }

    private Reply runInside(Call call) throws ProviderException, InterruptedException {
      if (circuit != null && !circuit.tryAcquirePermission()) {
        throw new ProviderException(
            FailureCode.PROVIDER_UNAVAILABLE,
            "the provider failed too often lately and isn't asked for a while");
      }
      asked = true;
      long began = System.nanoTime();
      try {
        Reply reply = call.to(first);
        tellSuccess();
        return reply;
      } catch (ProviderException e) {
        if (isIllness(e.code())) {
          tellFailure(System.nanoTime() - began, e);
        }
        throw e;
      } finally {
        giveBack();
      }
    }

    private void tellSuccess() {
      if (circuit != null && !told) {
        told = true;
        circuit.onSuccess(0, TimeUnit.NANOSECONDS);
      }
    }

    private void tellFailure(long nanos, ProviderException failure) {
      if (circuit != null) {
        told = true;
        circuit.onError(nanos, TimeUnit.NANOSECONDS, failure);
      }
    }

    /** What says nothing about the provider, an interruption for one, counts neither way. */
    private void giveBack() {
      if (circuit != null && !told) {
        circuit.releasePermission();
      }
    }
  }
}
