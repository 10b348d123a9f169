package io.streamrelay.acceptance;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/**
 * The shipped jars as images run them: unpacked, with what a first start loaded and linked (an AOT
 * cache, JEP 514), which the next ones needn't do again. That is most of what a start costs, and
 * the tests start a hundred processes. Made once per build, by whoever comes first. Thread-safe.
 */
final class StartCache {
  private static final Path FOLDER = Path.of("..", "acceptance-tests", "target", "start-cache");
  private static final Map<Path, List<String>> KNOWN = new ConcurrentHashMap<>();

  /** Enough for a context to come up; nothing is reached. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:1/none",
          "SPRING_DATASOURCE_USERNAME", "none",
          "SPRING_DATASOURCE_PASSWORD", "none",
          "SPRING_DATA_REDIS_URL", "redis://127.0.0.1:1",
          "SERVER_PORT", "0",
          "MANAGEMENT_SERVER_PORT", "0",
          "RELAY_DEV", "true");

  private StartCache() {}

  /**
   * Arguments of {@code java} that run a jar.
   *
   * @param options the JVM's other ones: a cache is good for the same only
   */
  static List<String> run(Path jar, List<String> options) throws IOException {
    List<String> known = KNOWN.get(jar);
    if (known == null) {
      known = make(jar, options);
      KNOWN.put(jar, known);
    }
    return known;
  }

  private static List<String> make(Path jar, List<String> options) throws IOException {
    Files.createDirectories(FOLDER);
    String name = jar.getFileName().toString().replace(".jar", "");
    Path lock = FOLDER.resolve(name + ".lock");
    try (FileChannel file =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = file.lock()) {
      String version =
          content(jar)
              + "-"
              + Integer.toHexString(List.of(options, Runtime.version()).toString().hashCode());
      Path unpacked = FOLDER.resolve(name + "-" + version).toAbsolutePath();
      Path cache = unpacked.resolve("start.aot");
      Path program = unpacked.resolve(jar.getFileName());
      if (!Files.exists(cache)) {
        java(
            name,
            List.of(
                "-Djarmode=tools",
                "-jar",
                jar.toString(),
                "extract",
                "--force",
                "--destination",
                unpacked.toString()));
        List<String> training = new ArrayList<>(options);
        Path made = unpacked.resolve("made.aot");
        training.add("-XX:AOTCacheOutput=" + made);
        training.add("-Dspring.context.exit=onRefresh");
        training.addAll(List.of("-jar", program.toString()));
        java(name, training);
        Files.move(made, cache); // whole, or not there
      }
      return List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-jar", program.toString());
    }
  }

  /** What is in it: built anew it has the same time. */
  private static String content(Path jar) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(Files.readAllBytes(jar));
    return Long.toHexString(sum.getValue());
  }

  private static void java(String name, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    Path log = FOLDER.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(SETTINGS);
    Process process = builder.start();
    try {
      if (!process.waitFor(3, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException(name + " didn't end in 3 minutes, see " + log);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IOException("interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException(name + " ended with " + process.exitValue() + ", see " + log);
    }
  }
}
