package io.streamrelay.protocol.turn;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.trace.TraceKeys;
import io.streamrelay.protocol.trace.Traceparent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Redis of turns that have become active in PostgreSQL: user entry, then job. Done by whoever
 * committed it, for speed only: one try each, and what fails is left to the sweeper, or to a worker
 * that finds the entry missing. Thread-safe.
 */
public final class Announcement {
  private static final Logger LOG = LoggerFactory.getLogger(Announcement.class);

  private final Completion completion;
  private final SessionStream streams;
  private final JobQueue jobs;
  private final Tracer tracer;

  /** Not traced. */
  public Announcement(Completion completion, SessionStream streams, JobQueue jobs) {
    this(completion, streams, jobs, TracerProvider.noop().get(""));
  }

  public Announcement(Completion completion, SessionStream streams, JobQueue jobs, Tracer tracer) {
    this.completion = completion;
    this.streams = streams;
    this.jobs = jobs;
    this.tracer = tracer;
  }

  /** Never throws for a store that doesn't answer. */
  public void announce(Activation activation) {
    try {
      streams.open(activation.turn(), activation.user(), activation.keepFrom());
      queue(
          new Job(
              activation.turn().turn(),
              activation.turn().session(),
              activation.lane(),
              activation.traceparent()));
    } catch (StoreUnavailableException e) {
      LOG.warn(
          "turn {} is accepted but not queued yet, the sweeper will: {}",
          activation.turn().turn(),
          e.getMessage());
    }
  }

  /** The job names the submit, as every other job of the turn will: not this span, which ends. */
  private void queue(Job job) {
    Span span =
        tracer
            .spanBuilder("queue")
            .setSpanKind(SpanKind.PRODUCER)
            .setParent(Traceparent.parent(job.traceparent()))
            .setAttribute(TraceKeys.TURN, job.turn().toString())
            .setAttribute(TraceKeys.LANE, job.lane().wire())
            .startSpan();
    try {
      jobs.add(job);
    } catch (StoreUnavailableException e) {
      TraceKeys.fail(span, "store_unavailable");
      throw e;
    } finally {
      span.end();
    }
  }

  /**
   * After the end of the turn before them is written: entries are written in the order of their
   * ids, and what is passed over readers have to ask PostgreSQL for.
   */
  public void announce(Promotion promotion) {
    try {
      promotion.unrun().forEach(completion::complete);
    } catch (StoreUnavailableException e) {
      LOG.debug("ends of turns that never ran are left to the sweeper: {}", e.getMessage());
    }
    if (promotion.next() != null) {
      announce(promotion.next());
    }
  }
}
