package io.streamrelay.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A server that an earlier run left in a data folder, known by the process id in its file there.
 */
final class Predecessor {
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final Duration CLOCK_GRAIN = Duration.ofSeconds(2);

  private Predecessor() {}

  /**
   * Waits until the program that wrote {@code pidFile} has ended, which it does by itself soon
   * after its JVM. A process of that id which is another program (the id was given anew) doesn't
   * count, its file is deleted: the server would take it for itself and refuse to start.
   *
   * @param program the name of its executable file
   */
  static void awaitEnd(Path pidFile, String program) {
    ProcessHandle process = process(pidFile);
    if (process == null) {
      return;
    }
    if (!isWriter(process, pidFile, program)) {
      delete(pidFile);
      return;
    }
    try {
      process.onExit().get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new StartException(
          "%s (pid %d) of an earlier run still uses %s; end it, or choose another data folder."
              .formatted(program, process.pid(), pidFile.getParent()));
    }
  }

  /** The live process whose id is in the file's first line; null if there is none. */
  static @Nullable ProcessHandle process(Path pidFile) {
    try {
      String first =
          Files.exists(pidFile) ? Files.readString(pidFile).lines().findFirst().orElse("") : "";
      return first.strip().matches("\\d{1,10}")
          ? ProcessHandle.of(Long.parseLong(first.strip()))
              .filter(ProcessHandle::isAlive)
              .orElse(null)
          : null;
    } catch (IOException e) {
      throw new StartException("The file " + pidFile + " could not be read: " + e.getMessage(), e);
    }
  }

  /** Whoever wrote the file ran before it was written; whoever has the id anew started later. */
  private static boolean isWriter(ProcessHandle process, Path pidFile, String program) {
    try {
      Instant written = Files.getLastModifiedTime(pidFile).toInstant().plus(CLOCK_GRAIN);
      String name =
          process.info().command().map(c -> Path.of(c).getFileName().toString()).orElse("");
      return name.equals(program)
          && process.info().startInstant().map(started -> started.isBefore(written)).orElse(true);
    } catch (IOException e) {
      return false;
    }
  }

  private static void delete(Path pidFile) {
    try {
      Files.deleteIfExists(pidFile);
    } catch (IOException e) {
      throw new StartException(
          "The file " + pidFile + " could not be deleted: " + e.getMessage(), e);
    }
  }
}
