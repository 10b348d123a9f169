package io.streamrelay.gateway.doctor;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator typed after {@code doctor}. */
sealed interface DoctorCommandLine {
  int MOST_IDLE_SECONDS = 600;

  /**
   * What to examine.
   *
   * @param url of a gateway, or of what stands before it; null: not named
   * @param keyFile null: the key is in the environment, or none is needed
   * @param model to ask; null: demo, if it is there
   * @param idle for how long to watch a silent stream; zero: not at all
   * @param redis null: not named
   * @param postgres a JDBC URL; null: not named
   */
  record Run(
      @Nullable URI url,
      @Nullable Path keyFile,
      @Nullable String model,
      Duration idle,
      @Nullable URI redis,
      @Nullable Path redisPasswordFile,
      @Nullable String postgres,
      @Nullable String postgresUser,
      @Nullable Path postgresPasswordFile,
      boolean json)
      implements DoctorCommandLine {}

  /** Show the usage. */
  record Help() implements DoctorCommandLine {}

  /** Not understood. */
  record Wrong(String sentence) implements DoctorCommandLine {}

  /** Takes it apart. */
  static DoctorCommandLine parse(List<String> arguments) {
    try {
      return new Parser(arguments).parse();
    } catch (InvalidPathException e) {
      return new Wrong("A file is meant, but this names none: " + e.getMessage() + ".");
    } catch (IllegalArgumentException e) {
      return new Wrong(String.valueOf(e.getMessage()));
    }
  }

  /** Not thread-safe. */
  final class Parser {
    private final Deque<String> rest;
    private @Nullable URI url;
    private @Nullable Path keyFile;
    private @Nullable String model;
    private Duration idle = Duration.ZERO;
    private @Nullable URI redis;
    private @Nullable Path redisPasswordFile;
    private @Nullable String postgres;
    private @Nullable String postgresUser;
    private @Nullable Path postgresPasswordFile;
    private boolean json;

    private Parser(List<String> arguments) {
      rest = new ArrayDeque<>(arguments);
    }

    private DoctorCommandLine parse() {
      while (!rest.isEmpty()) {
        String word = rest.pop();
        switch (word) {
          case "--url" -> url = url(value(word));
          case "--key-file" -> keyFile = Path.of(value(word));
          case "--model" -> model = value(word);
          case "--idle" -> idle = seconds(value(word));
          case "--redis" -> redis = redis(value(word));
          case "--redis-password-file" -> redisPasswordFile = Path.of(value(word));
          case "--postgres" -> postgres = postgres(value(word));
          case "--postgres-user" -> postgresUser = value(word);
          case "--postgres-password-file" -> postgresPasswordFile = Path.of(value(word));
          case "--json" -> json = true;
          case "help", "--help", "-h" -> {
            return new Help();
          }
          default -> throw new IllegalArgumentException("There is no \"" + word + "\" of doctor.");
        }
      }
      requireWith(redisPasswordFile, "--redis-password-file", redis, "--redis");
      requireWith(postgresUser, "--postgres-user", postgres, "--postgres");
      requireWith(postgresPasswordFile, "--postgres-password-file", postgres, "--postgres");
      return new Run(
          url,
          keyFile,
          model,
          idle,
          redis,
          redisPasswordFile,
          postgres,
          postgresUser,
          postgresPasswordFile,
          json);
    }

    private static void requireWith(
        @Nullable Object given, String option, @Nullable Object needed, String other) {
      if (given != null && needed == null) {
        throw new IllegalArgumentException(option + " wants " + other + " beside it.");
      }
    }

    private static URI url(String text) {
      URI url = uri(text.replaceAll("/+$", ""));
      boolean http =
          url != null && List.of("http", "https").contains(String.valueOf(url.getScheme()));
      if (url == null || !http || url.getHost() == null || url.getQuery() != null) {
        throw new IllegalArgumentException(
            "--url wants where a gateway is, such as https://relay.example.org.");
      }
      if (url.getUserInfo() != null) {
        throw secret("--url", "--key-file FILE or STREAM_RELAY_KEY");
      }
      return url;
    }

    private static URI redis(String text) {
      URI url = uri(text);
      boolean scheme =
          url != null && List.of("redis", "rediss").contains(String.valueOf(url.getScheme()));
      if (url == null || !scheme || url.getHost() == null) {
        throw new IllegalArgumentException(
            "--redis wants redis://[user@]host:port[/database], or rediss://… with TLS.");
      }
      if (url.getRawUserInfo() != null && url.getRawUserInfo().contains(":")) {
        throw secret("--redis", "--redis-password-file FILE or SPRING_DATA_REDIS_PASSWORD");
      }
      return url;
    }

    /** Without quoting what was typed: there may be a password in it. */
    private static @Nullable URI uri(String text) {
      try {
        return URI.create(text);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }

    private static String postgres(String url) {
      if (!url.matches("jdbc:postgresql:\\S+")) {
        throw new IllegalArgumentException(
            "--postgres wants jdbc:postgresql://host[:port]/database.");
      }
      if (url.matches("(?i).*([?&](ssl)?password=|//[^/]*@).*")) {
        throw secret("--postgres", "--postgres-password-file FILE or SPRING_DATASOURCE_PASSWORD");
      }
      return url;
    }

    private static IllegalArgumentException secret(String option, String instead) {
      return new IllegalArgumentException(
          option
              + " takes no password: every user of this machine could read it. Use "
              + instead
              + ".");
    }

    private static Duration seconds(String text) {
      String digits = text.replaceFirst("s$", "");
      int seconds = digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : 0;
      if (seconds < 1 || seconds > MOST_IDLE_SECONDS) {
        throw new IllegalArgumentException("--idle wants seconds, 1 to 600.");
      }
      return Duration.ofSeconds(seconds);
    }

    private String value(String option) {
      String value = rest.poll();
      if (value == null || value.isBlank() || value.startsWith("--")) {
        throw new IllegalArgumentException(option + " wants a value.");
      }
      return value;
    }
  }
}
