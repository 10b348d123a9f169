package io.streamrelay.protocol.token;

import java.time.Duration;

class InMemoryStreamTokensTest extends StreamTokensContract {
  private final InMemoryStreamTokens tokens = new InMemoryStreamTokens();

  @Override
  protected StreamTokens tokens() {
    return tokens;
  }

  @Override
  protected void pass(StreamTokenId token, Duration time) {
    tokens.pass(time);
  }
}
