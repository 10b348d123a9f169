package io.streamrelay.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code git} says of a repository's history. */
record Git(Path folder) {
  /**
   * @param exit 0: {@code said} is the answer; else why there is none
   */
  record Answer(int exit, String said) {}

  /** Throws IllegalStateException with a sentence if there is no git. */
  Answer ask(String... words) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(process.waitFor(), said.strip());
    } catch (IOException e) {
      throw new IllegalStateException(
          "an older version is built from this repository's history, by git: " + e.getMessage());
    }
  }

  /** Throws IllegalStateException with git's own words if it refuses. */
  String must(String... words) throws InterruptedException {
    Answer answer = ask(words);
    if (answer.exit() != 0) {
      throw new IllegalStateException("git " + String.join(" ", words) + ": " + answer.said());
    }
    return answer.said();
  }
}
