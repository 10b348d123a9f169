package io.streamrelay.protocol.redis;

import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.Append;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.SessionAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Group commit: a few flushers for each server, each with one connection, send what all turns have
 * put since the last round trip. A session has always the same flusher, so its batches keep their
 * order; only where its slot moves to another server may one overtake, and is answered with a gap.
 *
 * <p>While Redis is away each append fails within a few seconds, and none is kept: the caller has
 * it still, and repeats it. Thread-safe.
 */
public final class RedisSessionAppender implements SessionAppender, AutoCloseable {
  private static final Duration WATCH = Duration.ofMillis(500);

  private final AppendFlushers flushers;
  private final RedisConnections connections;
  private final AtomicBoolean changed = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor watch =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("append-watch").factory());

  public RedisSessionAppender(
      RedisConnections connections, RedisProtocolProperties properties, MeterRegistry registry) {
    this.connections = connections;
    this.flushers = new AppendFlushers(connections, properties, new AppendMeters(registry));
    connections.onChange(() -> changed.set(true));
    long period = WATCH.toMillis();
    watch.scheduleAtFixedRate(this::watch, period, period, TimeUnit.MILLISECONDS);
  }

  private void watch() {
    flushers.all().forEach(AppendFlusher::cutIfStalled);
    if (changed.getAndSet(false)) {
      Thread.ofVirtual().name("append-retire").start(this::retire);
    }
  }

  private void retire() {
    try {
      flushers.retire(connections.nodes().masters());
    } catch (JedisException e) {
      changed.set(true); // at the next look
    }
  }

  @Override
  public CompletableFuture<AppendResult> append(
      ActiveTurn turn, EntryId first, List<StreamEvent> batch, boolean anew) {
    CompletableFuture<AppendResult> answer = new CompletableFuture<>();
    flushers.put(new AppendCommand(new Append(turn, first, batch, anew), answer, 0, false));
    return answer;
  }

  /**
   * How long ago the slowest flusher last did anything: for liveness. Idle ones count as moving.
   */
  public Duration sinceProgress() {
    return flushers.all().stream()
        .map(AppendFlusher::sinceProgress)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** No more appends; what waits is still sent, for a bounded time, then fails. */
  @Override
  public void close() {
    watch.shutdownNow();
    flushers.close();
  }

  List<AppendFlusher> flushers() {
    return flushers.all();
  }
}
