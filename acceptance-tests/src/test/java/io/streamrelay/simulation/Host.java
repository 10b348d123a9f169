package io.streamrelay.simulation;

import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One process of the simulation: a gateway, a worker, a client, the network. All that runs in it,
 * threads that shipping code starts too, can be paused and killed together.
 *
 * <p>Virtual threads started by a simulated one inherit its scheduler, this. Making the first one
 * needs a constructor that the JDK keeps to itself: the tests' JVM opens {@code java.lang}.
 *
 * <p>Not thread-safe: owned by the scheduler's carrier.
 */
final class Host implements Executor {
  private static final Constructor<?> VIRTUAL_THREAD = constructor();
  private static final InheritableThreadLocal<@Nullable Host> CURRENT =
      new InheritableThreadLocal<>();

  static {
    Thread.setDefaultUncaughtExceptionHandler(Host::died);
  }

  private final Scheduler scheduler;
  private final String name;
  private final List<Runnable> held = new ArrayList<>();
  private final List<Runnable> atDeath = new ArrayList<>();
  private boolean paused;
  private boolean dead;

  Host(Scheduler scheduler, String name) {
    this.scheduler = scheduler;
    this.name = name;
  }

  String name() {
    return name;
  }

  boolean isDead() {
    return dead;
  }

  boolean isPaused() {
    return paused;
  }

  /** Runs {@code body} on a thread of this host. */
  Thread start(String threadName, Runnable body) {
    Runnable named =
        () -> {
          CURRENT.set(this);
          body.run();
        };
    try {
      Thread thread = (Thread) VIRTUAL_THREAD.newInstance(this, name + "/" + threadName, 0, named);
      thread.start();
      return thread;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An executor that runs each task on a thread of its own. */
  Executor executor(String threadName) {
    return task -> start(threadName, task);
  }

  /** Everything in it stops where it is and never goes on. */
  void kill() {
    dead = true;
    held.clear();
    atDeath.forEach(Runnable::run);
    atDeath.clear();
  }

  /** What the world does when this host dies: breaks its connections. */
  void atDeath(Runnable task) {
    atDeath.add(task);
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    held.forEach(task -> scheduler.ready(this, task));
    held.clear();
  }

  /** By the JDK: a thread of this host can go on. */
  @Override
  public void execute(Runnable continuation) {
    scheduler.ready(this, continuation);
  }

  /** By the scheduler, on its carrier. */
  void run(Runnable task) {
    if (dead) {
      return;
    }
    if (paused) {
      held.add(task);
      return;
    }
    task.run();
  }

  static boolean isSimulated() {
    return CURRENT.get() != null;
  }

  private static void died(Thread thread, Throwable failure) {
    Host host = CURRENT.get();
    if (host == null) {
      failure.printStackTrace();
      return;
    }
    StackTraceElement[] stack = failure.getStackTrace();
    host.scheduler.complain(
        "thread died: " + failure + (stack.length == 0 ? "" : " at " + stack[0]));
  }

  private static Constructor<?> constructor() {
    try {
      Constructor<?> constructor =
          Class.forName("java.lang.VirtualThread").getDeclaredConstructors()[0];
      constructor.setAccessible(true);
      return constructor;
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException(
          "run with --add-opens java.base/java.lang=ALL-UNNAMED, as the build does", e);
    }
  }
}
