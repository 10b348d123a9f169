package io.streamrelay.worker.route;

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
 * Asks one target, again if it fails before it said anything, not at all while its circuit is open.
 * Thread-safe; shared by the routes to the same target.
 */
final class Asking {
  private final Provider provider;
  private final @Nullable CircuitBreaker circuit;
  private final Retry retry;
  private final RetryBudget budget;
  private final Duration maxRetryAfter;

  /**
   * @param guarded false: no circuit
   */
  Asking(Provider provider, Target target, Resilience resilience, boolean guarded) {
    this.provider = provider;
    this.circuit = guarded ? resilience.circuit(target) : null;
    this.retry = resilience.retry(target);
    this.budget = resilience.budget();
    this.maxRetryAfter = resilience.maxRetryAfter();
  }

  Reply ask(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    Retry.AsyncContext<Reply> tries = retry.asyncContext();
    budget.call();
    while (true) {
      Try attempt = new Try(sink);
      try {
        Reply reply = attempt.run(request);
        tries.onComplete();
        return reply;
      } catch (ProviderException e) {
        if (!mayRetry(e, attempt)) {
          throw e;
        }
        waitBefore(tries.onError(e), request, e);
      }
    }
  }

  private boolean mayRetry(ProviderException failure, Try attempt) {
    Duration wait = failure.retryAfter();
    return attempt.asked
        && !attempt.first.came()
        && isPassing(failure.code())
        && (wait == null || wait.compareTo(maxRetryAfter) <= 0);
  }

  /** Whether another try may well succeed. */
  private static boolean isPassing(FailureCode code) {
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

  /** Whether it says that the provider is ill. A rate limit doesn't: it answers. */
  private static boolean isIllness(FailureCode code) {
    return isPassing(code) && code != FailureCode.PROVIDER_RATE_LIMITED;
  }

  /** Throws {@code failure} if there is no other try to be had, or none in time. */
  private void waitBefore(long millis, ProviderRequest request, ProviderException failure)
      throws ProviderException, InterruptedException {
    boolean inTime =
        request.deadlineNanos() - System.nanoTime() > Duration.ofMillis(millis).toNanos();
    if (millis < 0 || !inTime || !budget.tryRetry()) {
      throw failure;
    }
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

    Reply run(ProviderRequest request) throws ProviderException, InterruptedException {
      if (circuit != null && !circuit.tryAcquirePermission()) {
        throw new ProviderException(
            FailureCode.PROVIDER_UNAVAILABLE,
            "the provider failed too often lately and isn't asked for a while");
      }
      asked = true;
      long began = System.nanoTime();
      try {
        Reply reply = provider.generate(request, first);
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
