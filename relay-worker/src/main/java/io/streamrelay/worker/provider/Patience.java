package io.streamrelay.worker.provider;

import java.time.Duration;

/**
 * How long a server is waited for. Time in which our own side holds the reading up doesn't count.
 *
 * @param connect until a connection is made
 * @param firstToken until the first token, from the request on
 * @param betweenTokens from one token to the next; keep-alives don't count as tokens
 */
public record Patience(Duration connect, Duration firstToken, Duration betweenTokens) {
  public static final Patience DEFAULT =
      new Patience(Duration.ofSeconds(3), Duration.ofSeconds(30), Duration.ofSeconds(20));
}
