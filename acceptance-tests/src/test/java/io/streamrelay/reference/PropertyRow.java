package io.streamrelay.reference;

import io.streamrelay.protocol.property.KnownProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A property as a row of docs/configuration.md. */
record PropertyRow(KnownProperty property) {
  static final String HEAD =
      "| property | type | default | allowed | |\n| --- | --- | --- | --- | --- |\n";

  private static final Pattern ALLOWED = Pattern.compile("(.*?)\\.? Allowed: (.+)");
  private static final Pattern CODE = Pattern.compile("\\{@code ([^}]*)}");

  /** Such as {@code 1 to 10000}; empty where any value of the type will do. */
  String allowed() {
    Matcher allowed = ALLOWED.matcher(property.description());
    if (allowed.matches()) {
      return allowed.group(2);
    }
    Class<?> type = enumType();
    return type == null
        ? ""
        : Arrays.stream(type.getEnumConstants())
            .map(value -> "{@code " + ((Enum<?>) value).name().toLowerCase(Locale.ROOT) + "}")
            .collect(Collectors.joining(", "));
  }

  private String meaning() {
    Matcher allowed = ALLOWED.matcher(property.description());
    return allowed.matches() ? allowed.group(1) : property.description();
  }

  /** Whether it has an order, so that there must be a least or a most. */
  boolean isQuantity() {
    return switch (property.type()) {
      case "java.time.Duration",
          "org.springframework.util.unit.DataSize",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Float",
          "java.lang.Double",
          "java.math.BigDecimal" ->
          true;
      default -> false;
    };
  }

  String type() {
    return switch (property.type()) {
      case "java.time.Duration" -> "duration";
      case "org.springframework.util.unit.DataSize" -> "size";
      case "java.lang.Integer", "java.lang.Long" -> "whole number";
      case "java.lang.Float", "java.lang.Double", "java.math.BigDecimal" -> "number";
      case "java.lang.Boolean" -> "true or false";
      case "java.lang.String", "java.nio.file.Path", "java.net.URI" -> "text";
      case "java.util.List<java.lang.String>", "java.util.Set<java.lang.String>" -> "list of texts";
      default -> enumType() == null ? property.type() : "word";
    };
  }

  private @Nullable Class<?> enumType() {
    try {
      Class<?> type = Class.forName(property.type());
      return type.isEnum() ? type : null;
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  /** The tier that reads it, by where it is declared. */
  String tier() {
    String source = property.source();
    if (source.startsWith("io.streamrelay.gateway.")
        || source.startsWith("io.streamrelay.protocol.key.")) { // callers are the gateway's
      return "gateway";
    }
    return source.startsWith("io.streamrelay.worker.") ? "relay worker" : "both tiers";
  }

  String markdown() {
    String value = property.defaultValue();
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(
            property.name(),
            type(),
            value.isEmpty() ? "" : "`" + value + "`",
            plain(allowed()),
            plain(meaning()));
  }

  private static String plain(String javadoc) {
    return CODE.matcher(javadoc).replaceAll("`$1`").replace("|", "\\|");
  }
}
