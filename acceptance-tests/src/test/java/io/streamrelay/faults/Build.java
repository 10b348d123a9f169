package io.streamrelay.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/**
 * The jars that processes are started from.
 *
 * @param name for people
 * @param gateway the jar, as is {@code worker}
 */
public record Build(String name, Path gateway, Path worker) {
  /** This one. */
  public static final Build CURRENT =
      new Build("current", shipped("gateway"), shipped("relay-worker"));

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Git GIT = new Git(ROOT);
  private static final int MOST_MINUTES = 20;

  private static Path shipped(String module) {
    return Path.of("..", module, "target", "app", module + ".jar").toAbsolutePath().normalize();
  }

  Path jar(String module) {
    return module.equals("gateway") ? gateway : worker;
  }

  /** The releases before this build. */
  static Releases releases() {
    return new Releases(GIT);
  }

  /**
   * An earlier commit's, made once by that commit's own build, kept in {@code target/older}. Throws
   * IllegalStateException with a sentence if there is no such commit here, or no git.
   */
  public static Build older(String revision) {
    try {
      return new Older(revision).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Older {
    private final String commit;
    private final Path folder;

    Older(String revision) throws InterruptedException {
      this.commit = commit(revision);
      this.folder = Path.of("target", "older", commit).toAbsolutePath();
    }

    private static String commit(String revision) throws InterruptedException {
      Git.Answer answer = GIT.ask("rev-parse", "--verify", revision + "^{commit}");
      if (answer.exit() != 0) {
        throw new IllegalStateException(
            "an older version is built from this repository's history, which has no commit "
                + revision
                + " here (an archive of the sources, or a shallow clone?); git says: "
                + answer.said());
      }
      return answer.said();
    }

    Build build() throws IOException, InterruptedException {
      Build build =
          new Build(
              commit.substring(0, 9),
              folder.resolve("gateway.jar"),
              folder.resolve("relay-worker.jar"));
      if (!Files.exists(build.gateway()) || !Files.exists(build.worker())) {
        make(build);
      }
      return build;
    }

    private void make(Build build) throws IOException, InterruptedException {
      Path sources = Files.createDirectories(folder.resolve("sources"));
      Path archive = folder.resolve("sources.tar");
      must(ROOT, "git", "archive", "--format=tar", "-o", archive.toString(), commit);
      must(sources, "tar", "-xf", archive.toString());
      must(
          sources,
          sources.resolve("mvnw").toString(),
          "-q",
          "-B",
          "-DskipTests",
          "package",
          "-pl",
          "gateway,relay-worker",
          "-am");
      keep(sources, "gateway", build.gateway());
      keep(sources, "relay-worker", build.worker());
      FileSystemUtils.deleteRecursively(sources);
      Files.delete(archive);
    }

    private static void keep(Path sources, String module, Path jar) throws IOException {
      Path made = sources.resolve(Path.of(module, "target", "app", module + ".jar"));
      Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private void must(Path in, String... command) throws IOException, InterruptedException {
      Path log = folder.resolve("build.log");
      if (run(in, log, command) != 0) {
        throw new IllegalStateException(
            "commit %s could not be built: '%s' failed, see %s"
                .formatted(commit, String.join(" ", command), log));
      }
    }

    private static int run(Path in, Path log, String... command)
        throws IOException, InterruptedException {
      ProcessBuilder builder =
          new ProcessBuilder(List.of(command))
              .directory(in.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      builder.environment().remove("MAVEN_PROJECTBASEDIR"); // of the build that runs this
      Process process = builder.start();
      if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "'%s' took more than %d minutes".formatted(String.join(" ", command), MOST_MINUTES));
      }
      return process.exitValue();
    }
  }
}
