package io.streamrelay.worker.webhook;

import io.streamrelay.protocol.model.SecretFile;
import io.streamrelay.protocol.property.PropertyException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What signs a webhook's events: one secret, or two while its receiver changes from one to the
 * other.
 *
 * <p>Thread-safe.
 */
final class Secrets {
  private static final String BASE64 = "whsec_";
  private static final int LEAST_BYTES = 24;

  private final Supplier<String> secret;
  private final Supplier<@Nullable String> previous;

  private Secrets(Supplier<String> secret, Supplier<@Nullable String> previous) {
    this.secret = secret;
    this.previous = previous;
  }

  /**
   * Throws {@link PropertyException} naming the property that is wrong.
   *
   * @param entry the property prefix of the webhook
   */
  static Secrets of(String entry, WebhookProperties.Entry properties) {
    return new Secrets(
        current(entry + ".secret", properties.secret(), properties.secretFile()),
        previous(
            entry + ".previous-secret",
            properties.previousSecret(),
            properties.previousSecretFile()));
  }

  private static Supplier<String> current(
      String property, @Nullable String text, @Nullable String file) {
    String named = given(file);
    if (named != null) {
      return SecretFile.of(property + "-file", named, secret -> key(property + "-file", secret));
    }
    String secret = checked(property, text);
    if (secret == null) {
      throw new PropertyException(property, "is missing, nor is there " + property + "-file");
    }
    return () -> secret;
  }

  private static Supplier<@Nullable String> previous(
      String property, @Nullable String text, @Nullable String file) {
    String named = given(file);
    if (named != null) {
      return PassingSecret.of(property + "-file", named, secret -> key(property + "-file", secret));
    }
    String secret = checked(property, text);
    return () -> secret;
  }

  private static @Nullable String checked(String property, @Nullable String text) {
    String secret = given(text);
    if (secret != null) {
      key(property, SecretFile.checked(property, secret));
    }
    return secret;
  }

  /** An empty one is as good as none, so that an environment can take one away. */
  private static @Nullable String given(@Nullable String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }

  /** The keys of signatures, the one that stays first. */
  List<byte[]> keys() {
    String now = secret.get();
    String before = previous.get();
    List<byte[]> keys = new ArrayList<>();
    keys.add(key("", now));
    if (before != null && !before.equals(now)) {
      keys.add(key("", before));
    }
    return keys;
  }

  private static byte[] key(String property, String secret) {
    byte[] key =
        secret.startsWith(BASE64)
            ? decoded(property, secret.substring(BASE64.length()))
            : secret.getBytes(StandardCharsets.UTF_8);
    PropertyException.unless(
        key.length >= LEAST_BYTES, property, "must be at least " + LEAST_BYTES + " bytes");
    return key;
  }

  private static byte[] decoded(String property, String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new PropertyException(property, "must be base64 after " + BASE64);
    }
  }

  /** Never prints a secret. */
  @Override
  public String toString() {
    return "Secrets";
  }
}
