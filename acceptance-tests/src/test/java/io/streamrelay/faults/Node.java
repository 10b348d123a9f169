package io.streamrelay.faults;

import io.streamrelay.acceptance.RelayProcess;
import io.streamrelay.protocol.fault.FaultProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * One process and its ways to the stores. Not thread-safe, but for reading.
 *
 * @param number from 1, over both modules; a process in its place has another one
 * @param redis its way to Redis
 * @param postgres its way to PostgreSQL
 */
record Node(
    String module, int number, RelayProcess process, FaultProxy redis, FaultProxy postgres) {

  /** The consumer name of a worker. */
  String name() {
    return module + "-" + number;
  }

  String url() {
    return "http://127.0.0.1:" + process.port();
  }

  /** SIGSTOP. */
  void pause() {
    signal("STOP");
  }

  /** SIGCONT; no effect on one that runs. */
  void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    Signals.send(name, process.pid());
  }

  /** The sum of a metric's values whose line has each of those labels. */
  double metric(String name, String... labels) throws Exception {
    return process
        .metrics()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> Arrays.stream(labels).allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** What is on the heap when it is cleaned up. */
  long heapBytes() throws Exception {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.run")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
    return (long) metric("jvm_memory_used_bytes", "area=\"heap\"");
  }

  void pass() {
    redis.pass();
    postgres.pass();
  }

  void close() {
    if (process.isAlive()) {
      resume();
    }
    process.kill();
    try {
      redis.close();
      postgres.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
