package io.streamrelay.protocol.health;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.time.PausingLoop;
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

  private final String store;
  private final Runnable look;
  private final PausingLoop loop;
  private volatile boolean reachable;

  /**
   * @param store one word
   * @param look one look, bounded in time; throws if the store doesn't answer
   */
  public StoreWatch(String store, Runnable look, MeterRegistry registry) {
    this(store, look, registry, PAUSE);
  }

  StoreWatch(String store, Runnable look, MeterRegistry registry, Duration pause) {
    this.store = store;
    this.look = look;
    this.loop = new PausingLoop(store + "-watch", pause, this::look);
    Gauge.builder("relay." + store + ".reachable", () -> reachable ? 1 : 0)
        .description("1 if the store answered this process when it was last looked at")
        .register(registry);
  }

  public void start() {
    loop.start();
  }

  private void look() {
    reachable = answers();
  }

  private boolean answers() {
    try {
      look.run();
      return true;
    } catch (RuntimeException e) {
      LOG.debug("{} doesn't answer: {}", store, e.getMessage());
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    loop.close();
  }
}
