package io.streamrelay.worker.route;

import io.streamrelay.protocol.model.SecretFile;
import io.streamrelay.protocol.property.PropertyException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a provider's keys come from. */
final class ApiKeys {
  private ApiKeys() {}

  /**
   * A key as configured.
   *
   * @param entry the property that holds it, or its file
   * @param secret asked before each request; gives null for a server without keys
   */
  record Source(String entry, Supplier<@Nullable String> secret) {
    /** Never prints the key. */
    @Override
    public String toString() {
      return entry;
    }
  }

  /**
   * The keys as configured, at least one; throws {@link PropertyException} where one is needed and
   * not there.
   *
   * @param entry the property prefix of the provider
   */
  static List<Source> of(String entry, ProviderProperties.Entry properties, URI baseUrl) {
    Map<String, Source> sources = new TreeMap<>();
    properties.apiKeys().forEach((name, key) -> addKey(sources, entry + ".api-keys", name, key));
    properties
        .apiKeyFiles()
        .forEach((name, file) -> addFile(sources, entry + ".api-key-files", name, file));
    Source one = source(entry + ".api-key", properties.apiKey(), properties.apiKeyFile());
    if (one != null) {
      sources.put("", one);
    }
    if (sources.isEmpty() && !isLoopback(baseUrl)) {
      throw new PropertyException(
          entry + ".api-key",
          "is missing, nor is there "
              + entry
              + ".api-key-file, .api-keys or .api-key-files; only a server on this machine may go"
              + " without");
    }
    return sources.isEmpty()
        ? List.of(new Source(entry + ".api-key", () -> null))
        : List.copyOf(sources.values());
  }

  private static void addKey(Map<String, Source> sources, String map, String name, String key) {
    if (isThere(key)) {
      sources.put(name, ofKey(map + "." + name, key));
    }
  }

  private static void addFile(Map<String, Source> sources, String map, String name, String file) {
    if (isThere(file)) {
      sources.put(name, ofFile(map + "." + name, file));
    }
  }

  /**
   * A secret as configured; null: it isn't.
   *
   * @param property that holds it; with {@code -file} behind, the one that names its file
   * @param file wins
   */
  static @Nullable Source source(String property, @Nullable String key, @Nullable String file) {
    if (file != null && isThere(file)) {
      return ofFile(property + "-file", file);
    }
    return key != null && isThere(key) ? ofKey(property, key) : null;
  }

  /** An empty one is as good as none, so that an environment can take one away. */
  private static boolean isThere(String value) {
    return !value.isBlank();
  }

  private static Source ofKey(String property, String key) {
    String checked = SecretFile.checked(property, key.strip());
    return new Source(property, () -> checked);
  }

  private static Source ofFile(String property, String file) {
    return new Source(property, SecretFile.of(property, file)::get);
  }

  static boolean isLoopback(URI url) {
    String host = url.getHost();
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.[0-9]{1,3}){3}");
  }
}
