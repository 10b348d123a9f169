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
import java.util.stream.IntStream;

/**
 * Group commit: a few flushers, each with one connection, send what all turns have put since the
 * last round trip. A session has always the same flusher, so its batches keep their order.
 *
 * <p>While Redis is away each append fails within a few seconds, and none is kept: the caller has
 * it still, and repeats it. Thread-safe.
 */
public final class RedisSessionAppender implements SessionAppender, AutoCloseable {
  private static final Duration WATCH = Duration.ofMillis(500);

  private final List<AppendFlusher> flushers;
  private final ScheduledThreadPoolExecutor watch =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("append-watch").factory());

  public RedisSessionAppender(
      RedisConnections connections, RedisProtocolProperties properties, MeterRegistry registry) {
    AppendMeters meters = new AppendMeters(registry);
    flushers =
        IntStream.range(0, properties.flushers())
            .mapToObj(
                number -> new AppendFlusher("flusher-" + number, connections, properties, meters))
            .toList();
    long period = WATCH.toMillis();
    watch.scheduleAtFixedRate(
        () -> flushers.forEach(AppendFlusher::cutIfStalled), period, period, TimeUnit.MILLISECONDS);
  }

  @Override
  public CompletableFuture<AppendResult> append(
      ActiveTurn turn, EntryId first, List<StreamEvent> batch, boolean anew) {
    CompletableFuture<AppendResult> answer = new CompletableFuture<>();
    int flusher = Math.floorMod(turn.session().hashCode(), flushers.size());
    flushers.get(flusher).put(new AppendCommand(new Append(turn, first, batch, anew), answer));
    return answer;
  }

  /**
   * How long ago the slowest flusher last did anything: for liveness. Idle ones count as moving.
   */
  public Duration sinceProgress() {
    return flushers.stream()
        .map(AppendFlusher::sinceProgress)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** No more appends; what waits is still sent, for a bounded time, then fails. */
  @Override
  public void close() {
    watch.shutdownNow();
    flushers.forEach(AppendFlusher::close);
  }

  List<AppendFlusher> flushers() {
    return flushers;
  }
}
