package io.streamrelay.worker.attempt;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.trace.TraceKeys;
import io.streamrelay.protocol.trace.Traceparent;
import io.streamrelay.protocol.turn.ClaimResult.Claimed;
import org.jspecify.annotations.Nullable;

/**
 * An attempt as a span of its turn's trace, with a span for each step of it. It is the thread's
 * current one until it is closed: what is logged, counted and asked for meanwhile belongs to it.
 *
 * <p>Not thread-safe: owned by the attempt's thread.
 */
final class AttemptTrace implements AutoCloseable {
  private final Tracer tracer;
  private final Span span;
  private final Scope scope;

  private AttemptTrace(Tracer tracer, Span span) {
    this.tracer = tracer;
    this.span = span;
    this.scope = span.makeCurrent();
  }

  /** A span under the job's submit. */
  static AttemptTrace begin(Tracer tracer, String worker, Job job) {
    Span span =
        tracer
            .spanBuilder("attempt")
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(Traceparent.parent(job.traceparent()))
            .setAttribute(TraceKeys.TURN, job.turn().toString())
            .setAttribute(TraceKeys.LANE, job.lane().wire())
            .setAttribute(TraceKeys.WORKER, worker)
            .startSpan();
    return new AttemptTrace(tracer, span);
  }

  /** For the next attempt, should this one die; null: it isn't traced. */
  @Nullable Traceparent traceparent() {
    return Traceparent.of(span);
  }

  /** The turn is this attempt's: what another left is linked to it. */
  void claimed(Claimed claimed) {
    span.setAttribute(TraceKeys.ATTEMPT, (long) claimed.attempt());
    span.setAttribute(TraceKeys.TAKEOVER, claimed.reset());
    if (claimed.former() != null) {
      span.addLink(claimed.former().span());
    }
  }

  /**
   * How it went; the last word stands.
   *
   * @param outcome one of a closed set
   */
  void outcome(String outcome) {
    span.setAttribute(TraceKeys.OUTCOME, outcome);
  }

  void failed(FailureCode code) {
    outcome(code.wire());
    TraceKeys.fail(span, code.wire());
  }

  /** Something that may take a while. */
  interface Step<T extends @Nullable Object> {
    T take() throws InterruptedException;
  }

  /** Takes a step, and ends its span at once: it is told of though the worker may die later. */
  <T extends @Nullable Object> T step(String name, Step<T> step) throws InterruptedException {
    Span taking = tracer.spanBuilder(name).startSpan();
    try (Scope current = taking.makeCurrent()) {
      return step.take();
    } catch (InterruptedException | RuntimeException e) {
      TraceKeys.fail(taking, e instanceof InterruptedException ? "interrupted" : "internal");
      throw e;
    } finally {
      taking.end();
    }
  }

  @Override
  public void close() {
    scope.close();
    span.end();
  }
}
