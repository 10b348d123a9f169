package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleasesTest {
  @TempDir Path folder;
  private Git git;
  private Releases releases;

  @BeforeEach
  void makeHistory() throws InterruptedException {
    git = new Git(folder);
    releases = new Releases(git);
    git.must("init", "--quiet", "--initial-branch=main");
    commit();
  }

  private void commit() throws InterruptedException {
    git.must(
        "-c",
        "user.name=nobody",
        "-c",
        "user.email=nobody@example.org",
        "commit",
        "--quiet",
        "--allow-empty",
        "--message=change");
  }

  private void release(String tag) throws InterruptedException {
    git.must("tag", tag);
    commit();
  }

  @Test
  void previous_isNoneBeforeTheFirst() throws InterruptedException {
    git.must("tag", "started");
    assertThat(releases.previous()).isNull();

    git.must("tag", "v0.1.0");
    assertThat(releases.previous()).as("its own isn't before it").isNull();
  }

  @Test
  void previous_isTheHighestVersionNotTheLastTag() throws InterruptedException {
    release("v0.9.0");
    release("v0.10.0");
    release("v0.9.1");
    assertThat(releases.previous()).isEqualTo("v0.10.0");

    release("v1.0.0-rc.1");
    git.must("tag", "v1.0.0");
    assertThat(releases.previous()).as("of the release itself").isEqualTo("v1.0.0-rc.1");
    commit();
    assertThat(releases.previous()).isEqualTo("v1.0.0");
  }

  @Test
  void previous_isAnAncestor() throws InterruptedException {
    release("v0.1.0");
    git.must("checkout", "--quiet", "-b", "other");
    release("v0.2.0");
    git.must("checkout", "--quiet", "main");

    assertThat(releases.previous()).isEqualTo("v0.1.0");
  }

  @Test
  void previous_ofAShallowCloneIsRefused() throws InterruptedException {
    release("v0.1.0");
    git.must("clone", "--quiet", "--depth=1", "file://" + folder, folder + "/shallow");

    assertThatThrownBy(() -> new Releases(new Git(folder.resolve("shallow"))).previous())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("git fetch --unshallow --tags");
  }
}
