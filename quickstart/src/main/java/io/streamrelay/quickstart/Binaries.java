package io.streamrelay.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The server programs that Maven artifacts carry, unpacked once into the user's cache folder.
 *
 * <p>A folder is named for the content's hash and appears by one rename, so that any number of JVMs
 * may unpack at once and a half unpacked one is never used. Thread-safe.
 */
final class Binaries {
  private static final String REDIS = "redis-server-7.0.15";

  private Binaries() {}

  /** The redis-server program. */
  static Path redisServer() {
    String name = REDIS + "-" + system("linux", "darwin") + "-" + machine("amd64", "arm64");
    Path folder = unpacked("/" + name, "redis-7.0.15", Binaries::copyProgram);
    return folder.resolve("redis-server");
  }

  /** The folder of PostgreSQL's {@code bin}, {@code lib} and {@code share}. */
  static Path postgreSql() {
    String name = "postgres-" + system("linux", "darwin") + "-" + machine("x86_64", "arm_64");
    return unpacked("/" + name + ".txz", "postgresql-18", Binaries::extractArchive);
  }

  private static String system(String linux, String mac) {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (system.contains("linux")) {
      return linux;
    }
    if (system.contains("mac")) {
      return mac;
    }
    throw unsupported();
  }

  private static String machine(String amd64, String arm64) {
    return switch (System.getProperty("os.arch", "")) {
      case "amd64", "x86_64" -> amd64;
      case "aarch64", "arm64" -> arm64;
      default -> throw unsupported();
    };
  }

  private static StartException unsupported() {
    return new StartException(
        "There are no Redis and PostgreSQL binaries for %s on %s; use Linux or macOS on x86-64 or ARM64 (on Windows: WSL)."
            .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
  }

  private interface Unpack {
    void into(Path folder, InputStream in) throws IOException;
  }

  private static Path unpacked(String resource, String prefix, Unpack unpack) {
    try {
      Path folder = cache().resolve(prefix + "-" + hash(resource));
      if (!Files.isDirectory(folder)) {
        unpackOnce(resource, folder, unpack);
      }
      return folder;
    } catch (IOException e) {
      throw new StartException(
          "The binaries of %s could not be unpacked into %s (another folder: -Dstreamrelay.cache=…): %s"
              .formatted(prefix, cache(), e),
          e);
    }
  }

  private static void unpackOnce(String resource, Path folder, Unpack unpack) throws IOException {
    Files.createDirectories(folder.getParent());
    Path half = Files.createTempDirectory(folder.getParent(), "unpacking-");
    try (InputStream in = open(resource)) {
      unpack.into(half, in);
      Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // Unless another JVM was faster: its copy is the same.
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    } finally {
      delete(half);
    }
  }

  private static void copyProgram(Path folder, InputStream in) throws IOException {
    Path program = folder.resolve("redis-server");
    Files.copy(in, program);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private static void extractArchive(Path folder, InputStream in) throws IOException {
    var archive = new TarArchiveInputStream(new XZCompressorInputStream(in));
    for (TarArchiveEntry entry = archive.getNextEntry();
        entry != null;
        entry = archive.getNextEntry()) {
      Path target = entry.resolveIn(folder);
      if (entry.isDirectory()) {
        Files.createDirectories(target);
        continue;
      }
      Files.createDirectories(target.getParent());
      if (entry.isSymbolicLink()) {
        Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      } else {
        Files.copy(archive, target);
        boolean program = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(
            target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
  }

  private static String hash(String resource) throws IOException {
    try (InputStream in = open(resource)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[65_536];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static InputStream open(String resource) throws IOException {
    InputStream in = Binaries.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IOException(resource + " is not on the class path");
    }
    return in;
  }

  /** Per user, never a folder that others can write: what lies there is executed. */
  private static Path cache() {
    String chosen = System.getProperty("streamrelay.cache");
    if (chosen != null) {
      return Path.of(chosen);
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        xdg != null && xdg.startsWith("/")
            ? Path.of(xdg)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("stream-relay");
  }

  /**
   * Deletes a folder with all in it; nothing if it isn't there. Symbolic links are not followed.
   */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
