package io.streamrelay.protocol.property;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The properties {@code relay.*} there are, as the compiler wrote them down in the jars on the
 * class path: a tier knows its own and those both have. A jar that is there twice, as itself and as
 * one another jar names, counts once. Immutable.
 *
 * <p>What a map's entries have is written down where the entry's record is annotated with
 * {@code @ConfigurationPropertiesSource}; without it, an entry is one text.
 */
public final class KnownProperties {
  private static final String ALL = "META-INF/spring-configuration-metadata.json";
  private static final String OF_TYPE = "META-INF/spring/configuration-metadata/%s.json";
  private static final String PREFIX = "relay.";
  private static final Pattern MAP =
      Pattern.compile("java\\.util\\.Map<java\\.lang\\.String,\\s*(.+)>");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final List<KnownProperty> all;

  KnownProperties(List<KnownProperty> all) {
    this.all = all.stream().distinct().sorted(Comparator.comparing(KnownProperty::name)).toList();
  }

  /** Reads what the jars say that {@code loader} sees. */
  public static KnownProperties onClassPath(ClassLoader loader) {
    List<KnownProperty> all = new ArrayList<>();
    try {
      for (URL resource : Collections.list(loader.getResources(ALL))) {
        for (JsonNode property : read(resource).path("properties")) {
          if (property.path("name").asString().startsWith(PREFIX)) {
            add("", property, loader, all);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + ALL, e);
    }
    if (all.isEmpty()) {
      throw new IllegalStateException("no " + ALL + " on the class path names a property");
    }
    return new KnownProperties(all);
  }

  private static void add(
      String prefix, JsonNode property, ClassLoader loader, List<KnownProperty> all)
      throws IOException {
    String name = prefix + property.path("name").asString();
    Matcher map = MAP.matcher(property.path("type").asString());
    if (!map.matches()) {
      all.add(known(name, property.path("type").asString(), property));
      return;
    }
    String entry = name + "." + KnownProperty.KEY;
    URL ofEntries = loader.getResource(OF_TYPE.formatted(map.group(1)));
    if (ofEntries == null) {
      all.add(known(entry, map.group(1), property));
      return;
    }
    if (isOneText(map.group(1), loader)) {
      all.add(known(name, "java.lang.String", property));
      all.add(known(entry, "java.lang.String", property));
    }
    for (JsonNode each : read(ofEntries).path("properties")) {
      add(entry + ".", each, loader, all);
    }
  }

  /** Whether an entry may be given as one text, too, since its type has {@code of(String)}. */
  private static boolean isOneText(String type, ClassLoader loader) {
    try {
      return Class.forName(type, false, loader).getMethod("of", String.class) != null;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  private static JsonNode read(URL resource) throws IOException {
    try (InputStream content = resource.openStream()) {
      return JSON.readTree(content);
    }
  }

  private static KnownProperty known(String name, String type, JsonNode property) {
    return new KnownProperty(
        name,
        type,
        property.path("sourceType").asString(""),
        property.path("description").asString(""),
        value(property.path("defaultValue")));
  }

  private static String value(JsonNode value) {
    return value.isArray()
        ? StreamSupport.stream(value.spliterator(), false)
            .map(KnownProperties::value)
            .collect(Collectors.joining(","))
        : value.asString("");
  }

  /** All of them, sorted by name. */
  public List<KnownProperty> all() {
    return all;
  }
}
