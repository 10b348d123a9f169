package io.streamrelay.gateway.caller;

import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out again and again which keys were revoked, and ends what they opened. Threads: its own
 * virtual one.
 */
final class KeyWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyWatch.class);

  private final KeyRing keys;
  private final OpenKeys open;
  private final Duration interval;
  private final Time time;
  private final Thread thread = Thread.ofVirtual().name("key-watch").unstarted(this::run);

  KeyWatch(KeyRing keys, OpenKeys open, Duration interval, Time time) {
    this.keys = keys;
    this.open = open;
    this.interval = interval;
    this.time = time;
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        time.pause(interval);
        look();
      }
    } catch (InterruptedException e) {
      LOG.debug("stopped watching keys");
    }
  }

  /** One look. */
  void look() {
    try {
      Set<UUID> revoked = keys.check(open.open());
      if (!revoked.isEmpty()) {
        LOG.info("{} keys were revoked", revoked.size());
        open.revoked(revoked);
      }
    } catch (StoreUnavailableException e) {
      LOG.warn("keys can't be checked, known ones stay good for now: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("keys weren't checked", e); // and are looked at again next time
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join(Duration.ofSeconds(1));
  }
}
