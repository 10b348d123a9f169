package io.streamrelay.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * Runs tasks on a host one after the other, as one thread would, without keeping one while there is
 * nothing to do.
 */
final class InOrder implements Executor {
  private final Host host;
  private final String name;
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private boolean running;

  InOrder(Host host, String name) {
    this.host = host;
    this.name = name;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (!running) {
      running = true;
      host.start(name, this::runAll);
    }
  }

  private void runAll() {
    try {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    } finally {
      running = false;
    }
  }
}
