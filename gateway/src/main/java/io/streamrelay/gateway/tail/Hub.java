package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnReader;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/**
 * Reads for all readers of a gateway.
 *
 * <p>A session is subscribed while it has readers. A reader first reads the stream from its
 * position, then takes what is pushed; {@link Reader} says how it stays in order. Whatever a store
 * does, no reader is closed for it: it waits until the store is back.
 *
 * <p>Thread-safe. Has no threads: what may block runs on the executor it is given, what waits in
 * {@link Time}.
 */
public final class Hub implements AutoCloseable {
  private final Services services;
  private final ConcurrentHashMap<SessionKey, SessionTail> sessions = new ConcurrentHashMap<>();
  private final AtomicInteger readers = new AtomicInteger();
  private final LongAdder streamReads = new LongAdder();
  private final LongAdder turnReads = new LongAdder();
  private final QuietCheck quietCheck;
  private volatile boolean closed;

  /**
   * @param work runs what may block (the stores); bounded in threads by its maker
   * @param random for pauses; thread-safe
   */
  public Hub(
      SessionStream streams,
      PushSubscriber pushes,
      TurnReader turns,
      Time time,
      Executor work,
      RandomGenerator random,
      HubBounds bounds) {
    this(new Services(streams, pushes, turns, time, work, random, bounds, Follow::mayFollow));
  }

  /**
   * The seam at which the simulation takes rules away from readers, to see that they are needed.
   */
  Hub(Services services) {
    this.services = services;
    this.quietCheck = new QuietCheck(services, sessions);
  }

  /** Begins to look for quiet readers, once per tick. */
  public void start() {
    quietCheck.start();
  }

  /** How long ago it last looked; longer than a few ticks: something holds it up. */
  public Duration sinceProgress() {
    return quietCheck.sinceTick();
  }

  /** Never blocks; the sink may be called before this returns. */
  public Reader attach(Attachment attachment, Sink sink) {
    while (true) {
      SessionTail tail =
          sessions.computeIfAbsent(
              attachment.session(), session -> new SessionTail(session, this, services));
      Reader reader = tail.attach(attachment, sink);
      if (reader != null) {
        if (closed) {
          reader.close(CloseReason.DRAINING);
        }
        return reader;
      }
    }
  }

  /** Open readers. */
  public int readers() {
    return readers.get();
  }

  /** Sessions that are subscribed, or about to be. */
  public int sessions() {
    return sessions.size();
  }

  /** How often session streams were read, because pushes weren't enough. */
  public long streamReads() {
    return streamReads.sum();
  }

  /** How often PostgreSQL was read, because session streams didn't have it. */
  public long turnReads() {
    return turnReads.sum();
  }

  /**
   * Ends the ticks and closes all readers, and whoever still comes, as {@link
   * CloseReason#DRAINING}.
   */
  @Override
  public void close() {
    closed = true;
    quietCheck.close();
    sessions.values().forEach(tail -> tail.closeAll(CloseReason.DRAINING));
  }

  void opened() {
    readers.incrementAndGet();
  }

  void closed() {
    readers.decrementAndGet();
  }

  void readsStream() {
    streamReads.increment();
  }

  void readsTurns() {
    turnReads.increment();
  }

  void retired(SessionKey session, SessionTail tail) {
    sessions.remove(session, tail);
  }
}
