package io.streamrelay.simulation;

import io.streamrelay.protocol.job.InMemoryJobQueue;
import io.streamrelay.protocol.job.InMemoryJobStreams;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.InMemorySessionStreams;
import io.streamrelay.protocol.session.Push;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The in-memory twins of one Redis, with their common state to take and put back. */
final class RedisTwins {
  private final InMemorySessionStreams streams;
  private final InMemoryJobStreams jobs;
  private long skewMillis;

  /**
   * @param retention how long a session stream is kept after it was last kept alive
   */
  RedisTwins(LongSupplier clockMillis, Duration retention) {
    LongSupplier wallClock = () -> clockMillis.getAsLong() + skewMillis;
    this.streams = new InMemorySessionStreams(wallClock, retention);
    this.jobs = new InMemoryJobStreams(wallClock);
  }

  SessionStream stream() {
    return streams;
  }

  SessionAppender appender() {
    return streams;
  }

  JobQueue jobs(String consumer) {
    return new InMemoryJobQueue(jobs, consumer);
  }

  /** All pushes of a session go to {@code to}, before the call that pushed returns. */
  void onPush(SessionKey session, Consumer<Push> to) {
    streams.subscribe(
        session,
        new PushSubscriber.Listener() {
          @Override
          public void pushed(Push push) {
            to.accept(push);
          }

          @Override
          public void interrupted() {}
        });
  }

  State state() {
    return new State(streams.snapshot(), jobs.snapshot());
  }

  void restore(State then) {
    streams.restore(then.streams);
    jobs.restore(then.jobs);
  }

  void flush() {
    streams.flush();
    jobs.flush();
  }

  /** A step of the wall clock, by which leases and expiry are measured. */
  void step(Duration by) {
    skewMillis += by.toMillis();
  }

  /** All of it at one moment. */
  record State(InMemorySessionStreams.State streams, InMemoryJobStreams.State jobs) {}
}
