package io.streamrelay.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/**
 * The wall clock of a program that may be stepped while it runs. Needs gcc, and a program that is
 * linked dynamically. Not thread-safe.
 */
final class SteppedClock {
  private static final Path SOURCE = Path.of("src", "test", "c", "stepped-clock.c");

  private final Path folder;
  private final Path library;
  private final Path step;

  /**
   * @param folder for its files, which stay
   */
  SteppedClock(Path folder) throws IOException, InterruptedException {
    this.folder = folder.toAbsolutePath();
    this.library = this.folder.resolve("stepped-clock.so");
    this.step = this.folder.resolve("step");
    Process gcc =
        new ProcessBuilder(
                "gcc", "-shared", "-fPIC", "-O2", "-o", library.toString(), SOURCE.toString())
            .inheritIO()
            .start();
    if (gcc.waitFor() != 0) {
      throw new IOException(SOURCE + " doesn't compile");
    }
    step(Duration.ZERO);
  }

  /**
   * A program that is {@code program} under this clock.
   *
   * @return an executable file, which takes the same arguments
   */
  Path of(Path program) throws IOException {
    Path script = folder.resolve(program.getFileName());
    Files.writeString(
        script,
        """
        #!/bin/sh
        exec env LD_PRELOAD='%s' STEPPED_CLOCK='%s' '%s' "$@"
        """
            .formatted(library, step, program));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }

  /** From now on it shows the true time and so much more, or less. */
  void step(Duration off) throws IOException {
    ByteBuffer seconds = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    seconds.putLong(off.toSeconds()).flip();
    try (FileChannel file =
        FileChannel.open(step, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(seconds, 0); // in one piece, and in place: it is mapped
    }
  }
}
