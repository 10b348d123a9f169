package io.streamrelay.protocol.token;

import java.time.Duration;
import java.util.Collection;

class InMemoryStreamTokensTest extends StreamTokensContract {
  private final InMemoryStreamTokens tokens = new InMemoryStreamTokens();

  @Override
  protected StreamTokens tokens() {
    return tokens;
  }

  @Override
  protected void pass(Collection<StreamTokenId> some, Duration time) {
    tokens.pass(time);
  }
}
