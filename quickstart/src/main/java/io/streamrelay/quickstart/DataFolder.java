package io.streamrelay.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Where a server keeps its data: a folder that was given and stays, or a temporary one that goes
 * with the server.
 *
 * @param path absolute, there and writable
 */
record DataFolder(Path path, boolean temporary) {
  static DataFolder of(@Nullable Path given, String server) {
    try {
      if (given == null) {
        return new DataFolder(Files.createTempDirectory("stream-relay-" + server), true);
      }
      return new DataFolder(writable(given.toAbsolutePath().normalize(), server), false);
    } catch (IOException e) {
      throw new StartException(
          "The data folder for %s, %s, can't be made (%s); choose another folder."
              .formatted(server, given, e.getClass().getSimpleName()),
          e);
    }
  }

  private static Path writable(Path path, String server) throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new StartException(
          "The data folder for %s, %s, is a file; choose another folder.".formatted(server, path));
    }
    if (!Files.exists(path)) {
      Files.createDirectories(path.getParent());
      var ownerOnly = PosixFilePermissions.fromString("rwx------");
      Files.createDirectory(path, PosixFilePermissions.asFileAttribute(ownerOnly));
    }
    if (!Files.isWritable(path)) {
      throw new StartException(
          "The data folder for %s, %s, is not writable; choose another folder."
              .formatted(server, path));
    }
    return path;
  }

  /** The folder if it is temporary, else null. */
  @Nullable Path temporaryPath() {
    return temporary ? path : null;
  }

  void deleteIfTemporary() {
    if (temporary) {
      try {
        Binaries.delete(path);
      } catch (IOException e) {
        // Left to the system, which empties its temporary folder by itself.
      }
    }
  }
}
