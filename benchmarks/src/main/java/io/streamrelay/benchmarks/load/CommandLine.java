package io.streamrelay.benchmarks.load;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the options. Each refusal names the option, what was given and what is allowed. */
final class CommandLine {
  static final String USAGE =
      """
      ./stream-relay bench [options]   load a running Stream Relay and check every token of every answer
        --url URL             base URL of a gateway, http://127.0.0.1:8080 by default; repeat for more
        --streams N           turns in all, 50 by default
        --rate R              turns that arrive per second, 10 by default, however slow the answers are
        --tokens T            tokens of each answer, 200 by default
        --interval MS         from token to token, 40 by default; 0: as fast as the provider can
        --first MS            until the provider's first token, 200 by default
        --model NAME          family of the model, demo-stamp by default; tokens and pace are appended
                              (NAME-t200-i40-f200). It must say stamped tokens: `bench provider` does
        --direct URL          afterwards ask the provider itself for the same, at URL/chat/completions
        --process NAME=PID    charge the CPU and memory of this process (and its children); repeat, or
                              join several ids with commas
        --timeout SECONDS     until a turn counts as lost, 120 by default
        --json FILE           write the whole report there
      ./stream-relay bench provider [--port P]
                              a model provider to measure with: OpenAI's protocol, stamped tokens

      RELAY_API_KEY in the environment is the key to call with; dev mode needs none.
      Exit code: 0 if every accepted turn arrived whole, 1 if not, 2 for a wrong option.
      """;

  private static final int MAX_STREAMS = 200_000;
  private static final int MAX_TOKENS = 100_000;
  private static final int MAX_MILLIS = 600_000;

  private final Map<String, List<String>> given = new LinkedHashMap<>();

  private CommandLine(String[] arguments) {
    for (int i = 0; i < arguments.length; i += 2) {
      String option = arguments[i];
      if (!option.startsWith("--") || !USAGE.contains(" " + option + " ")) {
        throw new IllegalArgumentException("There is no option '" + option + "'.");
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(option + " needs a value.");
      }
      given.computeIfAbsent(option, o -> new ArrayList<>()).add(arguments[i + 1]);
    }
  }

  /** Throws IllegalArgumentException with a sentence for the user. */
  static Plan parse(String[] arguments, @Nullable String key) {
    CommandLine line = new CommandLine(arguments);
    List<URI> gateways = new ArrayList<>();
    for (String url : line.given.getOrDefault("--url", List.of("http://127.0.0.1:8080"))) {
      gateways.add(url("--url", url));
    }
    String direct = line.last("--direct");
    String json = line.last("--json");
    String family = line.last("--model");
    return new Plan(
        gateways,
        direct == null ? null : url("--direct", direct),
        (int) line.number("--streams", 50, 1, MAX_STREAMS),
        line.number("--rate", 10, 0.01, 100_000),
        (int) line.number("--tokens", 200, 1, MAX_TOKENS),
        Duration.ofMillis((long) line.number("--interval", 40, 0, MAX_MILLIS)),
        Duration.ofMillis((long) line.number("--first", 200, 0, MAX_MILLIS)),
        family == null ? "demo-stamp" : family,
        Duration.ofSeconds((long) line.number("--timeout", 120, 1, 86_400)),
        line.processes(),
        json == null ? null : Path.of(json),
        key == null || key.isBlank() ? null : key.strip());
  }

  private @Nullable String last(String option) {
    List<String> values = given.get(option);
    return values == null ? null : values.getLast();
  }

  private double number(String option, double standard, double least, double most) {
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

  private Map<String, List<Long>> processes() {
    Map<String, List<Long>> processes = new LinkedHashMap<>();
    for (String value : given.getOrDefault("--process", List.of())) {
      int equals = value.indexOf('=');
      if (equals < 1 || !value.substring(equals + 1).matches("\\d{1,9}(,\\d{1,9})*")) {
        throw new IllegalArgumentException(
            "--process is '" + value + "'; it must be NAME=PID or NAME=PID,PID.");
      }
      List<Long> ids = new ArrayList<>();
      for (String id : value.substring(equals + 1).split(",")) {
        ids.add(Long.valueOf(id));
      }
      processes.put(value.substring(0, equals), ids);
    }
    return processes;
  }
}
