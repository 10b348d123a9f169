package io.streamrelay.protocol.turn;

import java.util.Set;

/**
 * Who is told of each turn's end. Both tiers end turns, so both must be told the same.
 *
 * @param names as rows of the outbox and metrics have them
 */
public record Destinations(Set<String> names) {
  /** Nobody: no row is ever written. */
  public static final Destinations NONE = new Destinations(Set.of());

  public static final String KAFKA = "kafka";

  private static final String WEBHOOK = "webhook:";

  public Destinations {
    names = Set.copyOf(names);
  }

  /**
   * The webhook of that key.
   *
   * @param key of {@code relay.webhooks.<key>}
   */
  public static String webhook(String key) {
    return WEBHOOK + key;
  }
}
