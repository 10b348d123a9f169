package io.streamrelay.gateway.dialect;

import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks after what is open: once per second, or oftener where something is bounded by less than
 * that. Thread-safe.
 */
public final class Ticker implements AutoCloseable {
  private static final Duration MOST = Duration.ofSeconds(1);

  private final Time time;
  private final Runnable look;
  private final Duration interval;
  private volatile boolean stopped;
  private volatile Time.@Nullable Timer timer;

  /**
   * @param look must not block
   * @param bounds what is looked for; each is found within a quarter of it
   */
  public Ticker(Time time, Runnable look, Duration... bounds) {
    this.time = time;
    this.look = look;
    long quarter = Stream.of(bounds).mapToLong(Duration::toNanos).min().orElseThrow() / 4;
    this.interval = Duration.ofNanos(Math.clamp(quarter, 1, MOST.toNanos()));
  }

  public void start() {
    if (!stopped) {
      timer = time.schedule(interval, this::tick);
    }
  }

  private void tick() {
    start();
    look.run();
  }

  @Override
  public void close() {
    stopped = true;
    Time.Timer pending = timer;
    if (pending != null) {
      pending.cancel();
    }
  }
}
