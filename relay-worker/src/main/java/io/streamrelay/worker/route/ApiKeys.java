package io.streamrelay.worker.route;

import io.streamrelay.protocol.model.PropertyException;
import io.streamrelay.protocol.model.SecretFile;
import java.net.URI;
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
      return SecretFile.of(entry + ".api-key-file", file)::get;
    }
    String key = properties.apiKey();
    if (key != null && !key.isBlank()) {
      String checked = SecretFile.checked(entry + ".api-key", key.strip());
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

  private static boolean isLoopback(URI url) {
    String host = url.getHost();
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.[0-9]{1,3}){3}");
  }
}
