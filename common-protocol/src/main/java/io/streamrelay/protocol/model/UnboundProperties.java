package io.streamrelay.protocol.model;

import java.util.Locale;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
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
  /** The properties of {@code relay.models.<key>}. */
  private static final Set<String> MODEL =
      Set.of(
          "name",
          "targets",
          "targets.*",
          "targets.*.provider",
          "targets.*.model",
          "targets.*.weight",
          "targets.*.price.input",
          "targets.*.price.output",
          "targets.*.price.cached",
          "fallback",
          "system",
          "history",
          "max-tokens",
          "price.input",
          "price.output",
          "price.cached",
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
   * Looks through the properties {@code <prefix>.<key>.<property>}: each must be one that is known,
   * and none may be given both as one text and in parts, of which the binder would drop the parts
   * or the text.
   *
   * @param properties those there are, in kebab case; {@code *} stands for a key
   * @throws PropertyException naming the first property that is lost
   */
  public static void check(Environment environment, String prefix, Set<String> properties) {
    ConfigurationPropertyName root = ConfigurationPropertyName.of(prefix);
    NavigableSet<ConfigurationPropertyName> given = new TreeSet<>();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource iterable) {
        boolean loose = isEnvironment(source);
        iterable.stream()
            .filter(root::isAncestorOf)
            .peek(given::add)
            .filter(name -> !isKnown(name, root, properties, loose))
            .sorted()
            .findFirst()
            .ifPresent(name -> lost(name, prefix, properties));
      }
    }
    given.stream()
        .filter(name -> hasParts(rest(name, root), properties))
        .forEach(name -> checkGivenOnce(name, given));
  }

  /** Whether it may be given as one text and in parts, so that somebody may do both. */
  private static boolean hasParts(String rest, Set<String> properties) {
    return properties.stream()
        .filter(property -> properties.stream().anyMatch(each -> each.startsWith(property + ".")))
        .anyMatch(property -> pattern(property, false).test(plain(rest)));
  }

  private static void checkGivenOnce(
      ConfigurationPropertyName name, Set<ConfigurationPropertyName> given) {
    for (ConfigurationPropertyName other : given) {
      if (name.isAncestorOf(other)) {
        throw new PropertyException(
            name.toString(),
            "is given as one text and in parts ('%s'), of which only one would count; remove one"
                .formatted(other));
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
    String rest = plain(rest(name, root));
    String found = loose ? rest.replace(".", "") : rest;
    return properties.stream().anyMatch(property -> pattern(property, loose).test(found));
  }

  /** What follows the key, without the indexes at its end. */
  private static String rest(ConfigurationPropertyName name, ConfigurationPropertyName root) {
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
    return rest.toString();
  }

  /** An environment variable has '_' for '.' and '-' alike. */
  private static Predicate<String> pattern(String property, boolean loose) {
    String words = plain(property);
    String regex = loose ? words.replace(".", "") : words.replace(".", "\\.");
    return Pattern.compile(regex.replace("*", loose ? "[a-z0-9]+" : "[^.]+")).asMatchPredicate();
  }

  private static String plain(String property) {
    return property.toLowerCase(Locale.ROOT).replace("-", "");
  }

  private static void lost(ConfigurationPropertyName name, String prefix, Set<String> properties) {
    throw new PropertyException(
        name.toString(),
        "binds to nothing. It should read "
            + prefix
            + ".<key>.<property>, the key a plain word of a-z, 0-9 and '-', the property one of "
            + new TreeSet<>(properties)
                .stream()
                    .map(each -> each.replace("*", "<key>"))
                    .collect(Collectors.joining(", ")));
  }
}
