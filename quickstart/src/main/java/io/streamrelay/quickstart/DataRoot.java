package io.streamrelay.quickstart;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of all that {@code up} keeps, locked by one JVM at a time. A marker file says that it
 * is ours: nothing is ever deleted in a folder without it. Not thread-safe: owned by the launcher.
 */
final class DataRoot implements AutoCloseable {
  private static final String MARKER = "stream-relay-data";
  private static final String LOCK = "lock";
  private static final String PLACES = "places.properties";

  private final Path path;
  private final FileChannel channel;

  private DataRoot(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes the folder if absent, and locks it.
   *
   * @throws StartException if it can't be used; the message says why
   */
  static DataRoot open(Path path) {
    DataFolder.of(path, "Stream Relay");
    try {
      claim(path);
      return new DataRoot(path, lock(path));
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  /** Waits until what an earlier run left behind has ended, which it does by itself. */
  void awaitEarlierRun(Console console) {
    List<Path> files = pidFiles();
    if (files.stream().anyMatch(file -> Predecessor.process(file) != null)) {
      console.step("waiting for the end of an earlier run", () -> awaitAll(files));
    } else {
      awaitAll(files);
    }
  }

  /** Makes the folders in it, after deleting all else that is there if {@code fresh}. */
  void prepare(boolean fresh) {
    try {
      if (fresh) {
        empty();
      }
      Binaries.delete(run());
      keepOneGeneration(logs());
      Files.createDirectories(run());
      Files.createDirectories(logs());
      makePepper();
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  Path redis() {
    return path.resolve("redis");
  }

  Path postgreSql() {
    return postgreSql(path);
  }

  /**
   * @param data the folder of some {@code up}
   */
  static Path postgreSql(Path data) {
    return data.resolve("postgresql");
  }

  /** The file of the secret that goes into the hashes of callers' keys. */
  static Path pepper(Path data) {
    return data.resolve("pepper");
  }

  /** Keeps what others on this machine need to find what runs: settings, without secrets. */
  void writePlaces(Map<String, String> settings) {
    try {
      Properties places = new Properties();
      places.putAll(settings);
      try (Writer file = Files.newBufferedWriter(path.resolve(PLACES))) {
        places.store(file, null);
      }
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  /** As they were written last; empty: never. */
  static Map<String, String> places(Path data) throws IOException {
    Properties places = new Properties();
    Path file = data.resolve(PLACES);
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        places.load(reader);
      }
    }
    Map<String, String> settings = new HashMap<>();
    places.forEach((name, value) -> settings.put((String) name, (String) value));
    return settings;
  }

  Path logs() {
    return path.resolve("logs");
  }

  /** Holds a file with the process id of each service that runs. */
  Path run() {
    return path.resolve("run");
  }

  /** Unlocks it. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the process.
    }
  }

  private static void claim(Path path) throws IOException {
    Path marker = path.resolve(MARKER);
    if (Files.exists(marker)) {
      return;
    }
    if (!list(path).isEmpty()) {
      throw new StartException(
          "The folder %s holds other things (there is no file %s in it); choose another with --data."
              .formatted(path, MARKER));
    }
    Files.writeString(
        marker, "Data of ./stream-relay up. \"up --fresh\" deletes all in this folder.\n");
  }

  private static FileChannel lock(Path path) throws IOException {
    Path file = path.resolve(LOCK);
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      String pid = Files.readString(file).strip();
      channel.close();
      throw new StartException(
          "Stream Relay (pid %s) runs on the data folder %s already; stop it, or choose another folder with --data."
              .formatted(pid, path));
    }
    channel.truncate(0);
    channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
    return channel;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private List<Path> pidFiles() {
    try {
      List<Path> files = new ArrayList<>(Files.isDirectory(run()) ? list(run()) : List.of());
      files.add(redis().resolve("redis.pid"));
      files.add(postgreSql().resolve("cluster/postmaster.pid"));
      return files;
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  private void awaitAll(List<Path> pidFiles) {
    for (Path file : pidFiles) {
      String program =
          switch (file.getFileName().toString()) {
            case "redis.pid" -> "redis-server";
            case "postmaster.pid" -> "postgres";
            default -> "java";
          };
      Predecessor.awaitEnd(file, program);
    }
  }

  /** So that logs don't grow for ever. */
  private static void keepOneGeneration(Path logs) throws IOException {
    if (Files.exists(logs)) {
      Path previous = logs.resolveSibling("logs.previous");
      Binaries.delete(previous);
      Files.move(logs, previous);
    }
  }

  /** Once, with the data it belongs to; under its name only when all of it is written. */
  private void makePepper() throws IOException {
    if (Files.exists(pepper(path))) {
      return;
    }
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    Path half = path.resolve("pepper.new");
    Files.deleteIfExists(half);
    var ownerOnly = PosixFilePermissions.fromString("rw-------");
    Files.createFile(half, PosixFilePermissions.asFileAttribute(ownerOnly));
    Files.writeString(half, HexFormat.of().formatHex(random) + "\n");
    Files.move(half, pepper(path), StandardCopyOption.ATOMIC_MOVE);
  }

  private void empty() throws IOException {
    for (Path child : list(path)) {
      String name = child.getFileName().toString();
      if (!name.equals(MARKER) && !name.equals(LOCK)) {
        Binaries.delete(child);
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.toList();
    }
  }

  private static StartException unusable(Path path, IOException e) {
    return new StartException(
        "The data folder %s can't be used: %s; choose another with --data.".formatted(path, e), e);
  }
}
