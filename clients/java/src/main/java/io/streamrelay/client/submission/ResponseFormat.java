package io.streamrelay.client.submission;

import io.streamrelay.client.wire.JsonText;
import org.jspecify.annotations.Nullable;

/** In what form the model must answer. */
public sealed interface ResponseFormat {
  record Text() implements ResponseFormat {}

  /** Any JSON. */
  record Json() implements ResponseFormat {}

  /**
   * @param name letters, digits, {@code _} and {@code -}; null: none
   * @param schema JSON
   * @param strict null: as the provider does
   */
  record JsonSchema(@Nullable String name, String schema, @Nullable Boolean strict)
      implements ResponseFormat {
    /**
     * @throws IllegalArgumentException if the schema isn't JSON
     */
    public JsonSchema {
      new JsonText(schema);
    }
  }
}
