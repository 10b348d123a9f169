package io.streamrelay.client.submission;

import io.streamrelay.client.wire.JsonText;
import org.jspecify.annotations.Nullable;

/**
 * What the model may call. The relay runs none.
 *
 * @param name letters, digits, {@code _} and {@code -}
 * @param description null: none
 * @param parameters a JSON schema; null: it takes none
 */
public record Tool(String name, @Nullable String description, @Nullable String parameters) {
  /**
   * @throws IllegalArgumentException if the parameters aren't JSON
   */
  public Tool {
    if (parameters != null) {
      new JsonText(parameters);
    }
  }
}
