package io.streamrelay.faults;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tags of a history. */
record Releases(Git git) {
  /**
   * The newest release that what is checked out came after: of the tags {@code v*} among its
   * ancestors the highest version, other than its own. Null: there is none yet.
   *
   * <p>Throws IllegalStateException with a sentence where that can't be known.
   */
  @Nullable String previous() throws InterruptedException {
    if (git.must("rev-parse", "--is-shallow-repository").equals("true")) {
      throw new IllegalStateException(
          "which release came before can't be known in a shallow clone: git fetch --unshallow"
              + " --tags");
    }
    List<String> own = git.must("tag", "--points-at", "HEAD").lines().toList();
    // v1.0.0-rc.1 comes before v1.0.0
    return git.must(
            "-c",
            "versionsort.suffix=-",
            "tag",
            "--list",
            "v*",
            "--merged",
            "HEAD",
            "--sort=-version:refname")
        .lines()
        .filter(tag -> !own.contains(tag))
        .findFirst()
        .orElse(null);
  }
}
