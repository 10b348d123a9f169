package io.streamrelay.faults;

import io.streamrelay.acceptance.RelayProcess;
import io.streamrelay.protocol.fault.FaultProxy;
import java.io.IOException;

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
