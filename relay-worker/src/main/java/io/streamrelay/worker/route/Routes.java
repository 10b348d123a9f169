package io.streamrelay.worker.route;

import org.jspecify.annotations.Nullable;

/** All routes of this worker. Thread-safe. */
public interface Routes {
  /**
   * The route of a public model name: the exact name before the longest matching {@code *}. Null if
   * there is none.
   */
  @Nullable Route find(String model);
}
