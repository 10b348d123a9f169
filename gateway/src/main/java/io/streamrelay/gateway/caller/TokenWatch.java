package io.streamrelay.gateway.caller;

import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.token.StreamTokenId;
import io.streamrelay.protocol.token.StreamTokens;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the tokens of open streams good, so that a stream that was cut after an hour is still come
 * back to. Threads: its own virtual one.
 */
final class TokenWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TokenWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private final StreamTokens tokens;
  private final OpenKeys open;
  private final Time time;
  private final Thread thread = Thread.ofVirtual().name("token-watch").unstarted(this::run);

  TokenWatch(StreamTokens tokens, OpenKeys open, Time time) {
    this.tokens = tokens;
    this.open = open;
    this.time = time;
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        time.pause(INTERVAL);
        look();
      }
    } catch (InterruptedException e) {
      LOG.debug("stopped keeping stream tokens");
    }
  }

  /** One round. */
  void look() {
    try {
      Set<StreamTokenId> inUse = open.openTokens();
      if (!inUse.isEmpty()) {
        tokens.keep(inUse);
      }
    } catch (StoreUnavailableException e) {
      LOG.warn(
          "stream tokens weren't kept, they end 5 min after their last use: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("stream tokens weren't kept", e); // and are the next time
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join(Duration.ofSeconds(1));
  }
}
