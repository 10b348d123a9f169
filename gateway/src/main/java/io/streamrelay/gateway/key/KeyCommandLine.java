package io.streamrelay.gateway.key;

import io.streamrelay.protocol.caller.CallerName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator typed after {@code key}. */
sealed interface KeyCommandLine {
  /** Make a key. */
  record Create(CallerName caller, String name, boolean trusted, boolean admin)
      implements KeyCommandLine {}

  /** Show all keys. */
  record ListAll() implements KeyCommandLine {}

  /**
   * Revoke a key.
   *
   * @param key its prefix or its id
   */
  record Revoke(String key) implements KeyCommandLine {}

  /** Show the usage. */
  record Help() implements KeyCommandLine {}

  /** Not understood. */
  record Wrong(String sentence) implements KeyCommandLine {}

  /** Takes it apart. */
  static KeyCommandLine parse(List<String> arguments) {
    Deque<String> rest = new ArrayDeque<>(arguments);
    String command = rest.isEmpty() ? "help" : rest.pop();
    return switch (command) {
      case "create" -> create(rest);
      case "list" -> rest.isEmpty() ? new ListAll() : tooMuch(rest, "key list");
      case "revoke" -> revoke(rest);
      case "help", "--help", "-h" -> new Help();
      default -> new Wrong("There is no command \"key " + command + "\".");
    };
  }

  private static KeyCommandLine create(Deque<String> rest) {
    CallerName caller = null;
    String name = "";
    boolean trusted = false;
    boolean admin = false;
    try {
      while (!rest.isEmpty()) {
        String option = rest.pop();
        switch (option) {
          case "--caller" -> caller = caller(value(option, rest.poll()));
          case "--name" -> name = value(option, rest.poll());
          case "--trusted" -> trusted = true;
          case "--admin" -> admin = true;
          default -> {
            return new Wrong("There is no option \"" + option + "\" of key create.");
          }
        }
      }
    } catch (IllegalArgumentException e) {
      return new Wrong(String.valueOf(e.getMessage()));
    }
    return caller == null
        ? new Wrong("key create wants --caller NAME: whose key it is.")
        : new Create(caller, name, trusted, admin);
  }

  private static KeyCommandLine revoke(Deque<String> rest) {
    String key = rest.poll();
    if (key == null || key.isBlank() || key.startsWith("--")) {
      return new Wrong("key revoke wants a key's prefix (srk_…) or id; key list shows them.");
    }
    return rest.isEmpty() ? new Revoke(key) : tooMuch(rest, "key revoke");
  }

  private static Wrong tooMuch(Deque<String> rest, String command) {
    return new Wrong("There is no \"" + rest.peek() + "\" of " + command + ".");
  }

  private static CallerName caller(String name) {
    try {
      return new CallerName(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--caller: " + e.getMessage() + ".", e);
    }
  }

  private static String value(String option, @Nullable String value) {
    if (value == null || value.isBlank() || value.startsWith("--")) {
      throw new IllegalArgumentException(option + " wants a value.");
    }
    return value;
  }
}
