package io.streamrelay.gateway.caller;

import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.PausingLoop;
import io.streamrelay.protocol.token.StreamTokenId;
import io.streamrelay.protocol.token.StreamTokens;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the tokens of open streams good, so that a stream that was cut after an hour is still come
 * back to. Threads: its own.
 */
final class TokenWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TokenWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private final StreamTokens tokens;
  private final OpenKeys open;
  private final PausingLoop loop = new PausingLoop("token-watch", INTERVAL, this::look);

  TokenWatch(StreamTokens tokens, OpenKeys open) {
    this.tokens = tokens;
    this.open = open;
  }

  void start() {
    loop.start();
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
    }
  }

  @Override
  public void close() throws InterruptedException {
    loop.close();
  }
}
