package io.streamrelay.quickstart;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

/** One server on one port and folder, which may be ended and started again. Thread-safe. */
final class ServerProcess {
  private static final int PORT_TRIES = 5;

  private final String name;
  private final DataFolder folder;
  private final IntFunction<GuardedProcess> start;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile int port;
  private volatile GuardedProcess process;

  /**
   * Starts it.
   *
   * @param port 0: any that is free
   * @param start starts the server on a port and waits until it is ready
   */
  ServerProcess(String name, DataFolder folder, int port, IntFunction<GuardedProcess> start) {
    this.name = name;
    this.folder = folder;
    this.start = start;
    this.port = port == 0 ? Ports.free() : port;
    this.process = startFirst(port == 0 ? PORT_TRIES : 1);
  }

  int port() {
    return port;
  }

  /** The one that was started last. */
  GuardedProcess process() {
    return process;
  }

  void stop() {
    lock.lock();
    try {
      process.stop();
    } finally {
      lock.unlock();
    }
  }

  void kill() {
    lock.lock();
    try {
      process.kill();
    } finally {
      lock.unlock();
    }
  }

  void restart() {
    lock.lock();
    try {
      process.stop();
      process = startOnPort();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    stop();
    folder.deleteIfTemporary();
  }

  /**
   * A port that was found free may be taken before the server binds it: then another one is tried.
   */
  private GuardedProcess startFirst(int tries) {
    for (int left = tries; ; left--) {
      try {
        return startOnPort();
      } catch (StartException e) {
        if (left == 1 || Ports.isFree(port)) {
          folder.deleteIfTemporary();
          throw e;
        }
        port = Ports.free();
      }
    }
  }

  private GuardedProcess startOnPort() {
    if (!Ports.isFree(port)) {
      throw new StartException(
          "Port %d, wanted for %s, is in use; choose another.".formatted(port, name));
    }
    return start.apply(port);
  }
}
