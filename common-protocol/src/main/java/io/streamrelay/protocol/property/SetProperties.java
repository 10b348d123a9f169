package io.streamrelay.protocol.property;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.Environment;

/** What properties were set to and where, fit to be shown. */
record SetProperties(Environment environment) {
  private static final int MAX_CHARS = 120;
  private static final Pattern SECRET =
      Pattern.compile(
          "(.*\\.)?\\w*(password|secret|pepper|credentials|token|apikey|accesskey)s?([.\\[].*)?"
              + "|.*\\.headers[.\\[].*");

  /**
   * Such as {@code is '0' (environment variable RELAY_WORKER_SLOTS)} after a space, without the
   * value where it may be a secret; empty if the property isn't set.
   *
   * @param isKnown false: nobody knows what it is, so its value isn't shown
   */
  String shown(String property, boolean isKnown) {
    ConfigurationPropertyName name = ConfigurationPropertyName.ofIfValid(property);
    if (name == null) {
      return "";
    }
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      ConfigurationProperty found = source.getConfigurationProperty(name);
      if (found != null) {
        return isKnown
            ? shown(property, found.getValue(), found.getOrigin())
            : where(found.getOrigin());
      }
    }
    return "";
  }

  static String shown(String property, @Nullable Object value, @Nullable Origin origin) {
    String where = where(origin);
    String text = String.valueOf(value);
    if (isSecret(property, text)) {
      return where;
    }
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return " is '"
        + (printable.length() > MAX_CHARS ? printable.substring(0, MAX_CHARS) + "…" : printable)
        + "'"
        + where;
  }

  private static String where(@Nullable Origin origin) {
    return origin == null ? "" : " (" + place(origin) + ")";
  }

  /** By its name, or because it may be an address with a password in it. */
  private static boolean isSecret(String property, String value) {
    return SECRET.matcher(property.toLowerCase(Locale.ROOT).replace("-", "")).matches()
        || value.contains("@");
  }

  private static String place(Origin origin) {
    return switch (origin) {
      case PropertySourceOrigin from when from.getOrigin() != null -> place(from.getOrigin());
      case SystemEnvironmentOrigin variable -> "environment variable " + variable.getProperty();
      case TextResourceOrigin file when file.getResource() != null && file.getLocation() != null ->
          file.getResource().getFilename() + ", line " + (file.getLocation().getLine() + 1);
      case PropertySourceOrigin from ->
          switch (from.getPropertySource().getName()) {
            case "commandLineArgs" -> "command line";
            case "systemProperties" -> "system property";
            default -> from.getPropertySource().getName();
          };
      default -> origin.toString();
    };
  }
}
