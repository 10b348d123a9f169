package io.streamrelay.simulation;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.InMemoryJobQueue;
import io.streamrelay.protocol.job.InMemoryJobStreams;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.BrokenStreams;
import io.streamrelay.protocol.session.EndedTurn;
import io.streamrelay.protocol.session.Held;
import io.streamrelay.protocol.session.InMemorySessionStreams;
import io.streamrelay.protocol.session.Push;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The in-memory twins of one Redis, with their common state to take and put back. */
final class RedisTwins {
  private final BrokenStreams streams;
  private final InMemoryJobStreams jobs;
  private long skewMillis;

  /**
   * @param retention how long a session stream is kept after it was last kept alive
   * @param off rules to go without
   * @param asIfSaved see {@link BrokenStreams}
   */
  RedisTwins(
      LongSupplier clockMillis,
      Duration retention,
      Set<Rule> off,
      BiFunction<TurnId, Held, @Nullable EndedTurn> asIfSaved) {
    LongSupplier wallClock = () -> clockMillis.getAsLong() + skewMillis;
    this.streams = new BrokenStreams(wallClock, retention, off, asIfSaved);
    this.jobs = new InMemoryJobStreams(wallClock);
  }

  SessionStream stream() {
    return streams;
  }

  /** What a session stream really holds. */
  List<Entry> entries(SessionKey session) {
    return streams.entries(session);
  }

  void lose(SessionKey session, EntryId id) {
    streams.lose(session, id);
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
