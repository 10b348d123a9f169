package io.streamrelay.benchmarks.load;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options with values, as given on a command line; each may be given several times. Each refusal is
 * an IllegalArgumentException that names the option, what was given and what is allowed.
 */
public final class Options {
  private final Map<String, List<String>> given = new LinkedHashMap<>();

  /**
   * @param usage what is shown to the user; an option that isn't in it isn't there
   */
  public Options(String[] arguments, String usage) {
    for (int i = 0; i < arguments.length; i += 2) {
      String option = arguments[i];
      if (!option.startsWith("--") || !usage.contains(" " + option + " ")) {
        throw new IllegalArgumentException("There is no option '" + option + "'.");
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(option + " needs a value.");
      }
      given.computeIfAbsent(option, o -> new ArrayList<>()).add(arguments[i + 1]);
    }
  }

  public boolean has(String option) {
    return given.containsKey(option);
  }

  /** In the order given; empty: not given. */
  public List<String> all(String option) {
    return given.getOrDefault(option, List.of());
  }

  public @Nullable String last(String option) {
    List<String> values = given.get(option);
    return values == null ? null : values.getLast();
  }

  public int whole(String option, int standard, int least, int most) {
    double number = number(option, standard, least, most);
    if (number != Math.rint(number)) {
      throw new IllegalArgumentException(
          "%s is '%s'; it must be a whole number.".formatted(option, last(option)));
    }
    return (int) number;
  }

  public double number(String option, double standard, double least, double most) {
    String value = last(option);
    if (value == null) {
      return standard;
    }
    try {
      double number = Double.parseDouble(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "%s is '%s'; it must be a number from %s to %s."
            .formatted(option, value, plain(least), plain(most)));
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  /** Where the gateways are: {@code --url}, or a local one. */
  public List<URI> gateways() {
    List<String> urls = has("--url") ? all("--url") : List.of("http://127.0.0.1:8080");
    return urls.stream().map(url -> url("--url", url)).toList();
  }

  /** The last one given; null: not given. */
  public @Nullable URI url(String option) {
    String value = last(option);
    return value == null ? null : url(option, value);
  }

  private static URI url(String option, String value) {
    try {
      URI url = URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
      if (("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
          && url.getHost() != null
          && url.getUserInfo() == null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "%s is '%s'; it must be an http or https URL without user info.".formatted(option, value));
  }

  /**
   * The API key in {@code RELAY_API_KEY}. Never says it: it may be a real one with a slip in it.
   *
   * @param key from the environment; null or blank: none
   */
  public static @Nullable String key(@Nullable String key) {
    if (key == null || key.isBlank()) {
      return null;
    }
    if (!key.strip().matches("[\\x21-\\x7e]+")) {
      throw new IllegalArgumentException(
          "RELAY_API_KEY holds spaces or characters that no API key has.");
    }
    return key.strip();
  }
}
