package io.streamrelay.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What named processes, with their children, have used: CPU time of user and system together, and
 * resident memory. Read from {@code /proc}; where there is none, from the JDK's process handles,
 * which know no memory. Not thread-safe.
 */
final class Processes {
  private static final boolean HAS_PROC = Files.isDirectory(Path.of("/proc/self"));
  private static final int AFTER_COMMAND = 2;
  private static final int UTIME = 13;
  private static final int CSTIME = 16;
  private static final long MILLIS_PER_TICK = 10; // USER_HZ is 100 on every Linux of today

  private final Map<String, List<Long>> ids;
  private final Map<String, Long> cpuAtStart = new LinkedHashMap<>();
  private final Map<String, Long> memoryAtStart = new LinkedHashMap<>();
  private final Map<String, Long> memoryPeak = new LinkedHashMap<>();
  private final long busyAtStart;
  private final long ownAtStart = ownMillis();
  private final long began = System.nanoTime();

  /**
   * Use of one process, from start to now.
   *
   * @param memoryStart bytes resident; −1 if unknown
   * @param memoryPeak the most bytes seen; −1 if unknown
   */
  record Use(Duration cpu, long memoryStart, long memoryPeak) {}

  Processes(Map<String, List<Long>> ids) {
    this.ids = ids;
    for (String name : ids.keySet()) {
      cpuAtStart.put(name, cpuMillis(name));
      memoryAtStart.put(name, memory(name));
    }
    memoryPeak.putAll(memoryAtStart);
    busyAtStart = busyMillis();
  }

  /** Looks at the memory. Call it often: the peak is the most that was seen. */
  void sample() {
    ids.keySet().forEach(name -> memoryPeak.merge(name, memory(name), Math::max));
  }

  Map<String, Use> used() {
    sample();
    Map<String, Use> used = new LinkedHashMap<>();
    for (String name : ids.keySet()) {
      long millis = cpuMillis(name) - start(cpuAtStart, name);
      used.put(
          name,
          new Use(Duration.ofMillis(millis), start(memoryAtStart, name), start(memoryPeak, name)));
    }
    return used;
  }

  /**
   * Processors kept busy by processes that are neither named nor this one; negative if unknown.
   * Above 0.3 times are not to be trusted.
   */
  double foreignCores() {
    if (!HAS_PROC) {
      return -1;
    }
    long own = ownMillis() - ownAtStart;
    long named = used().values().stream().mapToLong(use -> use.cpu().toMillis()).sum();
    long all = busyMillis() - busyAtStart;
    double seconds = (System.nanoTime() - began) / 1e9;
    return Math.max(0, (all - named - own) / 1000.0 / seconds);
  }

  private static long ownMillis() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
  }

  private static long start(Map<String, Long> values, String name) {
    return values.getOrDefault(name, 0L);
  }

  private long cpuMillis(String name) {
    return family(name).mapToLong(Processes::cpuMillis).sum();
  }

  private long memory(String name) {
    return HAS_PROC ? family(name).mapToLong(Processes::residentBytes).sum() : -1;
  }

  private Stream<ProcessHandle> family(String name) {
    return ids.getOrDefault(name, List.of()).stream()
        .flatMap(id -> ProcessHandle.of(id).stream())
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()));
  }

  private static long cpuMillis(ProcessHandle process) {
    if (!HAS_PROC) {
      return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
    }
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      long ticks = 0;
      for (int i = UTIME - AFTER_COMMAND; i <= CSTIME - AFTER_COMMAND; i++) {
        ticks += Long.parseLong(fields[i]); // its own and those of children that ended
      }
      return ticks * MILLIS_PER_TICK;
    } catch (IOException e) {
      return 0; // it ended
    }
  }

  private static long residentBytes(ProcessHandle process) {
    try {
      String[] pages = Files.readString(Path.of("/proc/" + process.pid() + "/statm")).split(" ");
      return (Long.parseLong(pages[1]) - Long.parseLong(pages[2])) * 4096; // less what is shared
    } catch (IOException e) {
      return 0;
    }
  }

  private static long busyMillis() {
    if (!HAS_PROC) {
      return 0;
    }
    try {
      String[] fields =
          Files.readString(Path.of("/proc/stat")).lines().findFirst().orElse("").split(" +");
      long ticks = 0;
      for (int i = 1; i <= 7; i++) {
        ticks += i == 4 || i == 5 ? 0 : Long.parseLong(fields[i]); // idle and waiting for disks
      }
      return ticks * MILLIS_PER_TICK;
    } catch (IOException e) {
      return 0;
    }
  }
}
