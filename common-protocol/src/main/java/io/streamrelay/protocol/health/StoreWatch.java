package io.streamrelay.protocol.health;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds whether a store answers this process, for the gauge {@code
 * relay.<store>.reachable}. Decides nothing: whoever needs the store finds out by asking it.
 *
 * <p>Threads: its own looks, any reads the gauge.
 */
public final class StoreWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreWatch.class);
  private static final Duration PAUSE = Duration.ofSeconds(3);

  private final Runnable look;
  private final Duration pause;
  private final Thread thread;
  private volatile boolean reachable;

  /**
   * @param store one word
   * @param look one look, bounded in time; throws if the store doesn't answer
   */
  public StoreWatch(String store, Runnable look, MeterRegistry registry) {
    this(store, look, registry, PAUSE);
  }

  StoreWatch(String store, Runnable look, MeterRegistry registry, Duration pause) {
    this.look = look;
    this.pause = pause;
    this.thread = Thread.ofVirtual().name("watch-" + store).unstarted(this::run);
    Gauge.builder("relay." + store + ".reachable", () -> reachable ? 1 : 0)
        .description("1 if the store answered this process when it was last looked at")
        .register(registry);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        reachable = answers();
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      LOG.debug("stopped looking");
    }
  }

  private boolean answers() {
    try {
      look.run();
      return true;
    } catch (RuntimeException e) {
      LOG.debug("{}: {}", thread.getName(), e.getMessage());
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join(Duration.ofSeconds(1));
  }
}
