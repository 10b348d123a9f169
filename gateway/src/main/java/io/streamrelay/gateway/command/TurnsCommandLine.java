package io.streamrelay.gateway.command;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the operator typed after {@code turns}. */
sealed interface TurnsCommandLine {
  /** Where a gateway started by {@code ./stream-relay up} is. */
  URI LOCAL = URI.create("http://127.0.0.1:8080");

  int MOST_LISTED = 10_000;

  /** What is to be done. */
  sealed interface Order {
    /**
     * Show turns.
     *
     * @param state one that the API knows
     */
    record Turns(String state, int limit) implements Order {}

    /** Show the workers. */
    record Workers() implements Order {}

    /** Give a turn another chance. */
    record Requeue(String turn) implements Order {}

    /** Cancel a turn. */
    record Cancel(String turn, @Nullable String reason) implements Order {}

    /** Have a worker drained. */
    record Drain(String worker) implements Order {}
  }

  /**
   * An order and where it goes.
   *
   * @param keyFile null: the key is in the environment, or none is needed
   */
  record Run(Order order, URI url, @Nullable Path keyFile, boolean json)
      implements TurnsCommandLine {}

  /** Show the usage. */
  record Help() implements TurnsCommandLine {}

  /** Not understood. */
  record Wrong(String sentence) implements TurnsCommandLine {}

  /** Takes it apart. */
  static TurnsCommandLine parse(List<String> arguments) {
    try {
      return new Parser(arguments).parse();
    } catch (InvalidPathException e) {
      return new Wrong("--key-file wants a file: " + e.getMessage() + ".");
    } catch (IllegalArgumentException e) {
      return new Wrong(String.valueOf(e.getMessage()));
    }
  }

  /** Not thread-safe. */
  final class Parser {
    private static final Set<String> STATES = Set.of("running", "waiting", "stuck", "dead");

    private final Deque<String> rest;
    private final List<String> words = new ArrayList<>();
    private URI url = LOCAL;
    private @Nullable Path keyFile;
    private @Nullable String reason;
    private boolean json;
    private int limit = 50;

    private Parser(List<String> arguments) {
      rest = new ArrayDeque<>(arguments);
    }

    private TurnsCommandLine parse() {
      while (!rest.isEmpty()) {
        String word = rest.pop();
        switch (word) {
          case "--url" -> url = url(value(word));
          case "--key-file" -> keyFile = Path.of(value(word));
          case "--reason" -> reason = value(word);
          case "--limit" -> limit = number(word);
          case "--json" -> json = true;
          case "help", "--help", "-h" -> {
            return new Help();
          }
          default -> {
            if (word.startsWith("--")) {
              throw new IllegalArgumentException("There is no option \"" + word + "\" of turns.");
            }
            words.add(word);
          }
        }
      }
      return new Run(order(), url, keyFile, json);
    }

    private Order order() {
      String verb = words.isEmpty() ? "running" : words.getFirst();
      Order order =
          switch (verb) {
            case "requeue" -> new Order.Requeue(named("a turn's id"));
            case "cancel" -> new Order.Cancel(named("a turn's id"), reason);
            case "drain" -> new Order.Drain(named("a worker's name; turns workers shows them"));
            case "workers" -> new Order.Workers();
            default -> {
              if (!STATES.contains(verb)) {
                throw new IllegalArgumentException("There is no command \"turns " + verb + "\".");
              }
              yield new Order.Turns(verb, limit);
            }
          };
      boolean named = verb.equals("requeue") || verb.equals("cancel") || verb.equals("drain");
      if (words.size() > (named ? 2 : 1)) {
        throw new IllegalArgumentException(
            "There is no \"" + words.getLast() + "\" of turns " + verb + ".");
      }
      if (reason != null && !verb.equals("cancel")) {
        throw new IllegalArgumentException("--reason is of turns cancel only.");
      }
      return order;
    }

    private String named(String what) {
      if (words.size() < 2 || !words.get(1).matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")) {
        throw new IllegalArgumentException("turns " + words.getFirst() + " wants " + what + ".");
      }
      return words.get(1);
    }

    private static URI url(String text) {
      URI url = URI.create(text.replaceAll("/+$", ""));
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (!http || url.getHost() == null) {
        throw new IllegalArgumentException(
            "--url wants where a gateway is, such as https://relay.example.org.");
      }
      return url;
    }

    private int number(String option) {
      String text = value(option);
      int number = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
      if (number < 1 || number > MOST_LISTED) {
        throw new IllegalArgumentException(option + " wants a number from 1 to 10000.");
      }
      return number;
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
