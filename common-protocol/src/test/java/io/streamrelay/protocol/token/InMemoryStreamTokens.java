package io.streamrelay.protocol.token;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Tokens in memory; time passes when it is told to. Thread-safe. */
public final class InMemoryStreamTokens implements StreamTokens {
  private final AtomicLong millis = new AtomicLong();
  private final Map<StreamTokenId, Kept> tokens = new HashMap<>(); // guarded by this

  private record Kept(StreamGrant grant, long until) {}

  /** Lets time pass. */
  public void pass(Duration time) {
    millis.addAndGet(time.toMillis());
  }

  @Override
  public synchronized void add(StreamTokenId token, StreamGrant grant) {
    tokens.put(token, new Kept(grant, millis.get() + UNUSED.toMillis()));
  }

  @Override
  public synchronized @Nullable StreamGrant use(StreamTokenId token) {
    Kept kept = tokens.get(token);
    if (kept == null || kept.until() <= millis.get()) {
      return null;
    }
    tokens.put(token, new Kept(kept.grant(), millis.get() + USED.toMillis()));
    return kept.grant();
  }

  @Override
  public void keep(Collection<StreamTokenId> ids) {
    ids.forEach(this::use);
  }
}
