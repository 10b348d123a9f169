package io.streamrelay.protocol.property;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Finds properties {@code relay.*} that bind to nothing, before anything is made of the others.
 * Spring's binder drops them silently: a misspelt limit would not hold, and {@code
 * relay.models.gpt-4.1.name} is read as a property {@code 1.name} of {@code gpt-4}.
 *
 * <p>One that the other tier reads is no mistake: both may be given the same file. An environment
 * variable {@code RELAY_…} is only warned of, since other programs and Kubernetes put such names
 * into an environment, too.
 */
final class UnknownProperties
    implements ApplicationContextInitializer<ConfigurableApplicationContext> {
  /** The groups that one tier reads and the other doesn't. */
  static final List<String> OF_ONE_TIER =
      List.of(
          "relay.default-model",
          "relay.dev",
          "relay.gateway",
          "relay.keys",
          "relay.providers",
          "relay.retention",
          "relay.route",
          "relay.webhooks",
          "relay.worker");

  private static final Logger LOG = LoggerFactory.getLogger(UnknownProperties.class);
  private static final ConfigurationPropertyName RELAY = ConfigurationPropertyName.of("relay");

  /** What Kubernetes sets for a service whose name begins with {@code relay}. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("RELAY(_\\w+)?_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_\\w+)?)");

  @Override
  public void initialize(ConfigurableApplicationContext context) {
    check(
        context.getEnvironment(),
        KnownProperties.onClassPath(UnknownProperties.class.getClassLoader()));
  }

  /**
   * Looks through all properties.
   *
   * @throws PropertyException naming the first that nobody knows, and the one that may be meant
   */
  static void check(ConfigurableEnvironment environment, KnownProperties known) {
    List<NamePattern> patterns = known.all().stream().map(NamePattern::new).toList();
    TreeSet<ConfigurationPropertyName> unknown = new TreeSet<>();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource variables) {
        warn(variables, patterns);
      } else if (source instanceof IterableConfigurationPropertySource iterable) {
        iterable.stream()
            .filter(RELAY::isAncestorOf)
            .filter(name -> !isKnown(name, source, patterns))
            .forEach(unknown::add);
      }
    }
    if (!unknown.isEmpty()) {
      throw failure(unknown, patterns);
    }
    checkGivenOnce(environment, patterns);
  }

  /** Of a property that is one text or has parts, the binder drops the text or the parts. */
  private static void checkGivenOnce(
      ConfigurableEnvironment environment, List<NamePattern> patterns) {
    Set<ConfigurationPropertyName> given = new TreeSet<>();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource iterable) {
        iterable.stream()
            .filter(RELAY::isAncestorOf)
            .filter(name -> patterns.stream().anyMatch(each -> each.matches(words(name))))
            .forEach(given::add);
      }
    }
    for (ConfigurationPropertyName name : given) {
      for (ConfigurationPropertyName other : given) {
        PropertyException.unless(
            !name.isAncestorOf(other) || other.isNumericIndex(name.getNumberOfElements()),
            name.toString(),
            "is given as one text and in parts ('%s'), of which only one would count; remove one"
                .formatted(other));
      }
    }
  }

  private static boolean isKnown(
      ConfigurationPropertyName name,
      ConfigurationPropertySource source,
      List<NamePattern> patterns) {
    List<String> words = words(name);
    return patterns.stream().anyMatch(pattern -> pattern.matches(words))
        || isEmptyGroup(name, words, source, patterns)
        || isOtherTiers(name, patterns);
  }

  /** As {@code relay.models:} in a file, with nothing below. */
  private static boolean isEmptyGroup(
      ConfigurationPropertyName name,
      List<String> words,
      ConfigurationPropertySource source,
      List<NamePattern> patterns) {
    var property = source.getConfigurationProperty(name);
    return property != null
        && property.getValue().toString().isEmpty()
        && patterns.stream().anyMatch(pattern -> pattern.isBelow(words));
  }

  private static boolean isOtherTiers(ConfigurationPropertyName name, List<NamePattern> patterns) {
    for (String each : OF_ONE_TIER) {
      ConfigurationPropertyName group = ConfigurationPropertyName.of(each);
      if (group.equals(name) || group.isAncestorOf(name)) {
        List<String> words = words(group);
        return patterns.stream().noneMatch(own -> own.matches(words) || own.isBelow(words));
      }
    }
    return false;
  }

  /** The elements in their dashed form, indexes at the end cut off. */
  private static List<String> words(ConfigurationPropertyName name) {
    int count = name.getNumberOfElements();
    while (count > 0 && name.isNumericIndex(count - 1)) {
      count--;
    }
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(name.getElement(i, Form.DASHED));
    }
    return words;
  }

  private static PropertyException failure(
      TreeSet<ConfigurationPropertyName> unknown, List<NamePattern> patterns) {
    ConfigurationPropertyName first = unknown.removeFirst();
    String others =
        unknown.isEmpty()
            ? ""
            : "; nor is there "
                + String.join(", ", unknown.stream().map(Object::toString).toList());
    return PropertyException.unknown(first.toString(), problem(words(first), patterns) + others);
  }

  private static String problem(List<String> words, List<NamePattern> patterns) {
    for (NamePattern pattern : patterns) {
      String key = pattern.dottedKey(words);
      if (key != null) {
        return "the key '%s' must be a plain word of a-z, 0-9 and '-'%s"
            .formatted(
                key,
                words.get(1).equals("models")
                    ? "; the name callers use goes into relay.models.<key>.name"
                    : "");
      }
    }
    String near =
        NearestName.of(
            String.join(".", words),
            patterns.stream().map(pattern -> pattern.nameLike(words)).distinct().toList());
    return "there is no such property; "
        + (near == null
            ? "docs/configuration.md has those there are"
            : "perhaps '" + near + "' is meant");
  }

  private static void warn(SystemEnvironmentPropertySource variables, List<NamePattern> patterns) {
    for (String name : variables.getPropertyNames()) {
      if (name.toUpperCase(Locale.ROOT).startsWith("RELAY_")
          && !SERVICE_LINK.matcher(name).matches()
          && patterns.stream().noneMatch(pattern -> pattern.matchesVariable(name))
          && !isOtherTiersVariable(name, patterns)) {
        String near = nearestVariable(name, patterns);
        LOG.warn(
            "environment variable {} is no property of ours and has no effect{}",
            name,
            near == null ? "" : "; perhaps " + near + " is meant");
      }
    }
  }

  private static boolean isOtherTiersVariable(String name, List<NamePattern> patterns) {
    String plain = name.toLowerCase(Locale.ROOT);
    for (String group : OF_ONE_TIER) {
      String variable = group.replace('.', '_').replace("-", "");
      if (plain.replace("default_model", "defaultmodel").startsWith(variable)) {
        return isOtherTiers(ConfigurationPropertyName.of(group), patterns);
      }
    }
    return false;
  }

  private static @Nullable String nearestVariable(String name, List<NamePattern> patterns) {
    List<String> words = List.of(name.toLowerCase(Locale.ROOT).split("_"));
    String near =
        NearestName.of(
            String.join(".", words),
            patterns.stream()
                .map(pattern -> pattern.nameLike(words).replace("-", ""))
                .distinct()
                .toList());
    return near == null ? null : near.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}
