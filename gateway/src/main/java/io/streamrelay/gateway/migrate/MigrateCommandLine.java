package io.streamrelay.gateway.migrate;

import java.time.Duration;
import java.util.List;

/** What the operator typed after {@code migrate}. */
sealed interface MigrateCommandLine {
  int USUAL_WAIT_SECONDS = 60;
  int MOST_WAIT_SECONDS = 3600;

  /**
   * Bring the schema up to date.
   *
   * @param atMost how long PostgreSQL may be away
   */
  record Run(Duration atMost) implements MigrateCommandLine {}

  /** Show the usage. */
  record Help() implements MigrateCommandLine {}

  /** Not understood. */
  record Wrong(String sentence) implements MigrateCommandLine {}

  /** Takes it apart. */
  static MigrateCommandLine parse(List<String> words) {
    if (words.isEmpty()) {
      return new Run(Duration.ofSeconds(USUAL_WAIT_SECONDS));
    }
    if (List.of("help", "--help", "-h").contains(words.getFirst())) {
      return new Help();
    }
    if (!words.getFirst().equals("--wait") || words.size() > 2) {
      return new Wrong("There is no \"" + words.getLast() + "\" of migrate.");
    }
    String digits = words.getLast().replaceFirst("s$", "");
    int seconds = digits.matches("\\d{1,4}") ? Integer.parseInt(digits) : -1;
    return seconds < 0 || seconds > MOST_WAIT_SECONDS
        ? new Wrong("--wait wants seconds, 0 to " + MOST_WAIT_SECONDS + ".")
        : new Run(Duration.ofSeconds(seconds));
  }
}
