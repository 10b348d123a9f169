package io.streamrelay.worker.provider.openai;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header that carries a key: {@code Authorization} with {@code Bearer} before it, any other the
 * key alone.
 *
 * @param name in whatever case
 */
public record KeyHeader(String name) {
  /** Where OpenAI's own key is sent, and that of most others. */
  public static final KeyHeader AUTHORIZATION = new KeyHeader("Authorization");

  /** Whether it is that of {@link #AUTHORIZATION}. */
  public boolean isAuthorization() {
    return name.equalsIgnoreCase(AUTHORIZATION.name);
  }

  /**
   * A request's headers.
   *
   * @param key null: none is sent
   * @param accept the type of the answer
   */
  public Map<String, String> with(@Nullable String key, String accept) {
    return key == null
        ? Map.of("Accept", accept)
        : Map.of("Accept", accept, name, isAuthorization() ? "Bearer " + key : key);
  }
}
