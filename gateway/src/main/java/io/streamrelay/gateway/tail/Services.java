package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnReader;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;

/**
 * What all sessions of a hub work with.
 *
 * @param mayFollow {@link Follow#mayFollow}
 */
record Services(
    SessionStream streams,
    PushSubscriber pushes,
    TurnReader turns,
    Time time,
    Executor work,
    RandomGenerator random,
    HubBounds bounds,
    BiPredicate<Entry, EntryId> mayFollow) {

  /** How long to wait after so many failures in a row: doubling, between half and all of it. */
  Duration pause(int failures) {
    long first = bounds.retryFirst().toNanos();
    long most = bounds.retryMost().toNanos();
    long nanos = Math.min(most, first << Math.min(failures - 1, 16));
    return Duration.ofNanos(nanos / 2 + random.nextLong(nanos / 2 + 1));
  }
}
