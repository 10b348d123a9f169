package io.streamrelay.worker.route;

import io.streamrelay.protocol.property.PropertyException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a provider's key comes from. */
final class ApiKeys {
  private ApiKeys() {}

  /**
   * The key as configured; throws {@link PropertyException} where one is needed and not there.
   *
   * @param entry the property prefix of the provider
   */
  static Supplier<@Nullable String> of(
      String entry, ProviderProperties.Entry properties, URI baseUrl) {
    String file = properties.apiKeyFile();
    if (file != null && !file.isBlank()) {
      return new SecretFile(entry + ".api-key-file", path(entry + ".api-key-file", file));
    }
    String key = properties.apiKey();
    if (key != null && !key.isBlank()) {
      String checked = checked(entry + ".api-key", key.strip());
      return () -> checked;
    }
    if (!isLoopback(baseUrl)) {
      throw new PropertyException(
          entry + ".api-key",
          "is missing, nor is there "
              + entry
              + ".api-key-file; only a server on this machine may go without");
    }
    return () -> null;
  }

  /** Throws unless it can stand in a header. Never shows it. */
  static String checked(String property, String key) {
    if (key.isEmpty() || !key.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new PropertyException(property, "must be printable ASCII without spaces");
    }
    return key;
  }

  private static Path path(String property, String file) {
    try {
      return Path.of(file);
    } catch (InvalidPathException e) {
      throw new PropertyException(property, "is not a file name");
    }
  }

  private static boolean isLoopback(URI url) {
    String host = url.getHost();
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.[0-9]{1,3}){3}");
  }
}
