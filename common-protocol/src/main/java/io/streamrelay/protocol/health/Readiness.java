package io.streamrelay.protocol.health;

import io.streamrelay.protocol.time.PausingLoop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats each check until it was well once. Afterwards it isn't looked at any more: an outage of a
 * store must not take all processes out at once, and reads that need the other store go on.
 *
 * <p>Threads: its own looks, any asks.
 */
public final class Readiness implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Map<StartCheck, String> missing = new LinkedHashMap<>(); // guarded by this
  private final PausingLoop loop = new PausingLoop("readiness", PAUSE, this::look);

  public Readiness(List<StartCheck> checks) {
    checks.forEach(check -> missing.put(check, "not looked yet"));
  }

  public void start() {
    loop.start();
  }

  /** Whether all checks were well once. */
  public synchronized boolean ready() {
    return missing.isEmpty();
  }

  private void look() {
    open().forEach(this::look);
    if (ready()) {
      LOG.info("ready");
      loop.stop();
    }
  }

  private synchronized List<StartCheck> open() {
    return List.copyOf(missing.keySet());
  }

  private void look(StartCheck check) {
    String found;
    try {
      found = check.look().missing();
    } catch (RuntimeException e) {
      found = String.valueOf(e.getMessage());
    }
    note(check, found);
  }

  /** Says each state once, not every half second. */
  private synchronized void note(StartCheck check, @Nullable String found) {
    if (found == null) {
      missing.remove(check);
      LOG.info("{}: well", check.name());
    } else if (!found.equals(missing.put(check, found))) {
      LOG.warn("not ready, {}: {}", check.name(), found);
    }
  }

  @Override
  public void close() throws InterruptedException {
    loop.close();
  }
}
