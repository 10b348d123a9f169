package io.streamrelay.gateway.health;

import org.jspecify.annotations.Nullable;

/**
 * Something that must have been well once since the start before requests come: a store that
 * answered, a schema that fits.
 *
 * @param name for logs
 * @param look one look, bounded in time; may throw
 */
public record StartCheck(String name, Look look) {
  /** One look. */
  @FunctionalInterface
  public interface Look {
    /** What is missing, in a sentence; null if it is well. */
    @Nullable String missing();
  }
}
