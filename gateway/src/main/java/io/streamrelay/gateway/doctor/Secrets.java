package io.streamrelay.gateway.doctor;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where passwords and the key are taken from, and which there are: none is to be printed. */
final class Secrets {
  /** All to the last @: a password that nobody encoded is no better for being quoted. */
  private static final Pattern IN_REDIS_URL = Pattern.compile("://(?:[^:@]*:)?(.+)@");

  /** In a parameter, or where drivers know none. */
  private static final Pattern IN_JDBC_URL =
      Pattern.compile("(?i)password=([^&]+)|://(?:[^:@/?]*:)?([^/?]+)@");

  private Secrets() {}

  /** An API key. Null: neither has one. */
  static @Nullable String key(@Nullable Path file, String name, Map<String, String> environment)
      throws IOException {
    String key = read(file, name, environment);
    if (key != null && !key.matches("\\p{Graph}+")) {
      throw new IOException(source(file, name) + " holds no API key.");
    }
    return key;
  }

  /** Of the file, else of the environment. Null: neither has one. */
  static @Nullable String read(@Nullable Path file, String name, Map<String, String> environment)
      throws IOException {
    String text;
    try {
      text = file == null ? environment.getOrDefault(name, "") : Files.readString(file);
    } catch (IOException e) { // without it as the cause: that says nothing but the name
      throw new IOException(file + " can't be read (" + e.getClass().getSimpleName() + ").");
    }
    String secret = text.strip();
    if (secret.isEmpty() && file != null) {
      throw new IOException(file + " is empty.");
    }
    if (secret.lines().count() > 1) { // would be quoted by its lines, and not be known by them
      throw new IOException(source(file, name) + " has several lines, and no secret has.");
    }
    return secret.isEmpty() ? null : secret;
  }

  private static String source(@Nullable Path file, String name) {
    return file == null ? name : file.toString();
  }

  /**
   * Those that somebody put into a URL, too, as they are and decoded: drivers quote URLs.
   *
   * @param settings gives a property's value; empty: it isn't set
   */
  static Set<String> of(@Nullable String key, UnaryOperator<String> settings) {
    Set<String> secrets = new HashSet<>();
    secrets.add(key == null ? "" : key);
    for (String password :
        List.of(
            "spring.data.redis.password",
            "spring.data.redis.sentinel.password",
            "spring.datasource.password")) {
      secrets.add(settings.apply(password));
    }
    inUrl(settings.apply("spring.data.redis.url"), IN_REDIS_URL, secrets);
    inUrl(settings.apply("spring.datasource.url"), IN_JDBC_URL, secrets);
    secrets.removeIf(String::isBlank);
    return secrets;
  }

  private static void inUrl(String url, Pattern pattern, Set<String> secrets) {
    Matcher quoted = pattern.matcher(url);
    while (quoted.find()) {
      for (int group = 1; group <= quoted.groupCount(); group++) {
        String secret = quoted.group(group);
        if (secret != null) {
          secrets.add(secret);
          decoded(secret).ifPresent(secrets::add);
        }
      }
    }
  }

  /** Empty: it isn't encoded, whatever it looks like. */
  private static Optional<String> decoded(String secret) {
    try {
      return Optional.of(URLDecoder.decode(secret.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
