package io.streamrelay.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The processes of {@code ./stream-relay up}, as its data folder names them: {@code run/*.pid},
 * {@code redis/redis.pid}, {@code postgresql/cluster/postmaster.pid}.
 */
public final class LocalProcesses {
  private LocalProcesses() {}

  /**
   * By tier: {@code gateway}, {@code worker}, {@code redis}, {@code postgresql}; empty if none
   * runs.
   */
  public static Map<String, List<Long>> of(Path data) {
    Map<String, List<Long>> found = new TreeMap<>();
    for (Path file : files(data.resolve("run"))) {
      add(found, file.getFileName().toString().replaceFirst("(-\\d+)?\\.pid$", ""), file);
    }
    add(found, "redis", data.resolve("redis/redis.pid"));
    add(found, "postgresql", data.resolve("postgresql/cluster/postmaster.pid"));
    return found;
  }

  /** Throws IllegalArgumentException if nothing runs there. */
  public static Map<String, List<Long>> required(Path data) {
    Map<String, List<Long>> found = of(data);
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "--data is '%s'; ./stream-relay up doesn't run on it.".formatted(data));
    }
    return found;
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".pid")).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The first line is the process id; PostgreSQL writes more below it. */
  private static void add(Map<String, List<Long>> found, String name, Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      String id = lines.findFirst().orElse("").strip();
      if (id.matches("\\d{1,9}") && ProcessHandle.of(Long.parseLong(id)).isPresent()) {
        found.computeIfAbsent(name, n -> new ArrayList<>()).add(Long.valueOf(id));
      }
    } catch (IOException e) {
      // It doesn't run.
    }
  }
}
