package io.streamrelay.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs all threads of a simulation on one carrier thread, one step at a time. A step is what a
 * virtual thread does from one park to the next; which of the ready ones comes next is the seed's
 * choice. Time stands still during a step and goes to the next event when nobody is ready.
 *
 * <p>Virtual threads make this exact: wherever shipping code blocks (a lock, a condition, a
 * future), its thread parks and comes back here to be continued. What is never continued is dead as
 * by SIGKILL: none of its {@code finally} blocks runs.
 *
 * <p>Not thread-safe: owned by the carrier thread, the one that made it.
 */
final class Scheduler {
  /** Steps after which a run counts as going round in circles. */
  private static final int MAX_STEPS = 3_000_000;

  private final Thread carrier = Thread.currentThread();
  private final RandomGenerator random;
  private final List<Step> ready = new ArrayList<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Queue<Step> wokenFromOutside = new ConcurrentLinkedQueue<>();
  private final List<String> complaints = new ArrayList<>();
  private long now = Duration.ofDays(1).toNanos();
  private long sequence;
  private int steps;

  Scheduler(RandomGenerator random) {
    this.random = random;
  }

  /** Simulated nanoseconds. */
  long now() {
    return now;
  }

  int steps() {
    return steps;
  }

  /** What went wrong with the simulation itself, or with a thread in it. */
  List<String> complaints() {
    return complaints;
  }

  void complain(String what) {
    complaints.add(what);
  }

  /**
   * Makes a step ready. On the carrier, or on a virtual thread that it carries; else something in
   * the simulation waits in real time, or for a monitor that is held across a wait.
   */
  void ready(Host host, Runnable step) {
    if (Thread.currentThread() == carrier || Host.isSimulated()) {
      ready.add(new Step(host, step));
    } else {
      wokenFromOutside.add(new Step(host, step));
    }
  }

  /**
   * Has {@code action} done on the carrier after {@code delay}; of a paused host when it goes on,
   * of a dead one never.
   */
  Event after(Duration delay, Host host, Runnable action) {
    Event event = new Event(now + Math.max(0, delay.toNanos()), sequence++, host, action);
    events.add(event);
    return event;
  }

  /** Runs until {@code until} is simulated time, or nothing is left to happen. */
  void run(long until) {
    while (steps++ < MAX_STEPS) {
      takeWokenFromOutside();
      if (!ready.isEmpty()) {
        step();
        continue;
      }
      Event next = events.peek();
      if (next == null || next.at > until) {
        now = Math.max(now, until);
        return;
      }
      events.poll();
      now = Math.max(now, next.at);
      next.happen();
    }
    complaints.add("no end after " + MAX_STEPS + " steps");
  }

  private void takeWokenFromOutside() {
    for (Step step = wokenFromOutside.poll(); step != null; step = wokenFromOutside.poll()) {
      complaints.add("a thread of " + step.host.name() + " was woken from outside: not repeatable");
      ready.add(step);
    }
  }

  private void step() {
    int last = ready.size() - 1;
    int chosen = last == 0 ? 0 : random.nextInt(last + 1);
    Step step = ready.get(chosen);
    ready.set(chosen, ready.get(last));
    ready.remove(last);
    step.host.run(step.task);
  }

  private record Step(Host host, Runnable task) {}

  /** Something that happens at a time. */
  static final class Event implements Comparable<Event> {
    private final long at;
    private final long sequence;
    private final Host host;
    private @Nullable Runnable action;

    private Event(long at, long sequence, Host host, Runnable action) {
      this.at = at;
      this.sequence = sequence;
      this.host = host;
      this.action = action;
    }

    void cancel() {
      action = null;
    }

    private void happen() {
      Runnable todo = action;
      if (todo != null) {
        host.run(todo);
      }
    }

    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }
}
