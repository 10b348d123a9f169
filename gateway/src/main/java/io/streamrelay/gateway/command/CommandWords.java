package io.streamrelay.gateway.command;

import java.util.List;

/**
 * What was typed after a command's name.
 *
 * @param words that are the command's
 * @param settings of the gateway: {@code --spring.datasource.url=…}
 */
public record CommandWords(List<String> words, List<String> settings) {
  /** Tells them apart: a setting has a dot and an equals sign. */
  public static CommandWords of(List<String> arguments) {
    return new CommandWords(
        arguments.stream().filter(each -> !isSetting(each)).toList(),
        arguments.stream().filter(CommandWords::isSetting).toList());
  }

  private static boolean isSetting(String argument) {
    return argument.matches("--[a-z][a-z0-9-]*\\.[^=]+=.*");
  }

  /** What the innermost cause says, in one line. */
  public static String sentence(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
