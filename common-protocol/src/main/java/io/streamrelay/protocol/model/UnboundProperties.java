package io.streamrelay.protocol.model;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Finds properties of a map of records that bind to nothing. Spring's binder drops them silently:
 * {@code relay.models.gpt-4.1.name} is read as a property {@code 1.name} of {@code gpt-4}.
 */
public final class UnboundProperties {
  /**
   * The properties of {@code relay.models.<key>}; what follows {@code defaults} is a level deeper.
   */
  private static final Set<String> MODEL =
      Set.of(
          "name",
          "targets",
          "system",
          "history",
          "defaults.temperature",
          "defaults.top-p",
          "defaults.max-tokens",
          "defaults.stop",
          "defaults.seed");

  private UnboundProperties() {}

  /**
   * Looks through {@code relay.models}.
   *
   * @throws PropertyException naming the first property that is lost
   */
  public static void checkModels(Environment environment) {
    check(environment, "relay.models", MODEL);
  }

  /**
   * Looks through the properties {@code <prefix>.<key>.<property>}.
   *
   * @param properties those there are, in kebab case
   * @throws PropertyException naming the first property that is lost
   */
  public static void check(Environment environment, String prefix, Set<String> properties) {
    ConfigurationPropertyName root = ConfigurationPropertyName.of(prefix);
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource iterable) {
        boolean loose = isEnvironment(source);
        iterable.stream()
            .filter(root::isAncestorOf)
            .filter(name -> !isKnown(name, root, properties, loose))
            .sorted()
            .findFirst()
            .ifPresent(name -> lost(name, prefix, properties));
      }
    }
  }

  private static boolean isEnvironment(ConfigurationPropertySource source) {
    return source.getUnderlyingSource() instanceof PropertySource<?> underlying
        && underlying instanceof SystemEnvironmentPropertySource;
  }

  private static boolean isKnown(
      ConfigurationPropertyName name,
      ConfigurationPropertyName root,
      Set<String> properties,
      boolean loose) {
    int from = root.getNumberOfElements() + 1;
    int to = name.getNumberOfElements();
    while (to > from && name.isNumericIndex(to - 1)) {
      to--;
    }
    StringBuilder rest = new StringBuilder();
    for (int i = from; i < to; i++) {
      rest.append(rest.isEmpty() ? "" : ".");
      rest.append(name.getElement(i, ConfigurationPropertyName.Form.DASHED));
    }
    // An environment variable has '_' for '.' and '-' alike.
    return properties.stream()
        .anyMatch(property -> words(property, loose).equals(words(rest.toString(), loose)));
  }

  private static String words(String property, boolean loose) {
    String plain = property.toLowerCase(Locale.ROOT).replace("-", "");
    return loose ? plain.replace(".", "") : plain;
  }

  private static void lost(ConfigurationPropertyName name, String prefix, Set<String> properties) {
    throw new PropertyException(
        name.toString(),
        "binds to nothing. It should read "
            + prefix
            + ".<key>.<property>, the key a plain word of a-z, 0-9 and '-', the property one of "
            + new TreeSet<>(properties).stream().collect(Collectors.joining(", ")));
  }
}
