package io.streamrelay.quickstart;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What the user typed after {@code ./stream-relay}. */
sealed interface CommandLine {
  /** Of gateways, and of workers. */
  int MOST = 10;

  /** So that there is room for all management ports. */
  int HIGHEST_PORT = 63_000;

  /**
   * Start everything.
   *
   * @param fresh empty the data folder first
   * @param keys ask callers for keys, as in production; else dev mode
   * @param port of the first gateway
   */
  record Up(boolean fresh, boolean keys, int gateways, int workers, int port, Path data)
      implements CommandLine {}

  /**
   * A command of the gateway's jar, {@code key} or {@code doctor}, on what runs.
   *
   * @param word which of them
   * @param arguments for the gateway, which takes them apart
   * @param data of the {@code up} that runs
   */
  record OfGateway(String word, List<String> arguments, Path data) implements CommandLine {}

  /** Show the usage. */
  record Help() implements CommandLine {}

  /** Not understood. */
  record Wrong(String sentence) implements CommandLine {}

  /**
   * Takes it apart.
   *
   * @param home the project's folder, where the data folder is by default
   */
  static CommandLine parse(List<String> arguments, Path home) {
    Deque<String> rest = new ArrayDeque<>(arguments);
    String command = rest.isEmpty() ? "help" : rest.pop();
    return switch (command) {
      case "up" -> parseUp(rest, home);
      case "key", "doctor" -> parseOfGateway(command, rest, home);
      case "help", "--help", "-h" -> new Help();
      default -> new Wrong("There is no command \"" + command + "\".");
    };
  }

  private static CommandLine parseUp(Deque<String> rest, Path home) {
    boolean fresh = false;
    boolean keys = false;
    int gateways = 1;
    int workers = 1;
    int port = 8080;
    Path data = home.resolve(".data");
    try {
      while (!rest.isEmpty()) {
        String option = rest.pop();
        switch (option) {
          case "--fresh" -> fresh = true;
          case "--keys" -> keys = true;
          case "--gateways" -> gateways = number(option, rest, 1, MOST);
          case "--workers" -> workers = number(option, rest, 1, MOST);
          case "--port" -> port = number(option, rest, 1, HIGHEST_PORT);
          case "--data" -> data = Path.of(value(option, rest));
          case "--help", "-h" -> {
            return new Help();
          }
          default -> {
            return new Wrong("There is no option \"" + option + "\" of up.");
          }
        }
      }
      return new Up(fresh, keys, gateways, workers, port, data.toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      return new Wrong("--data wants a folder: " + e.getMessage() + ".");
    } catch (IllegalArgumentException e) {
      return new Wrong(String.valueOf(e.getMessage()));
    }
  }

  /** All but the data folder is the gateway's to understand. */
  private static CommandLine parseOfGateway(String command, Deque<String> rest, Path home) {
    Path data = home.resolve(".data");
    List<String> arguments = new ArrayList<>();
    try {
      while (!rest.isEmpty()) {
        String word = rest.pop();
        if (word.equals("--data")) {
          data = Path.of(value(word, rest));
        } else {
          arguments.add(word);
        }
      }
      return new OfGateway(command, List.copyOf(arguments), data.toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      return new Wrong("--data wants a folder: " + e.getMessage() + ".");
    } catch (IllegalArgumentException e) {
      return new Wrong(String.valueOf(e.getMessage()));
    }
  }

  private static int number(String option, Deque<String> rest, int least, int most) {
    String text = value(option, rest);
    int number = text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
    if (number < least || number > most) {
      throw new IllegalArgumentException(
          "%s wants a number from %d to %d, not \"%s\".".formatted(option, least, most, text));
    }
    return number;
  }

  private static String value(String option, Deque<String> rest) {
    if (rest.isEmpty() || rest.peek().startsWith("--") || rest.peek().isBlank()) {
      throw new IllegalArgumentException(option + " wants a value.");
    }
    return rest.pop();
  }
}
