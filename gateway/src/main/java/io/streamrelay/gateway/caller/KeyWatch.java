package io.streamrelay.gateway.caller;

import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.PausingLoop;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out again and again which keys were revoked, and ends what they opened. Threads: its own.
 */
final class KeyWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyWatch.class);

  private final KeyRing keys;
  private final OpenKeys open;
  private final PausingLoop loop;

  KeyWatch(KeyRing keys, OpenKeys open, Duration interval) {
    this.keys = keys;
    this.open = open;
    this.loop = new PausingLoop("key-watch", interval, this::look);
  }

  void start() {
    loop.start();
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
    }
  }

  @Override
  public void close() throws InterruptedException {
    loop.close();
  }
}
