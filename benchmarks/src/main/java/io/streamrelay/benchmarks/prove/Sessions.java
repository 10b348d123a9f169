package io.streamrelay.benchmarks.prove;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/** Sessions that wait for their next turn. Thread-safe. */
final class Sessions {
  private static final int MOST_TURNS = 5;

  private final Deque<Session> idle = new ArrayDeque<>(); // guarded by this
  private final String prefix;
  private int made; // guarded by this

  /**
   * @param prefix of their ids, not used by anybody before
   */
  Sessions(String prefix) {
    this.prefix = prefix;
  }

  /** One that had turns before, if there is one and chance has it; else a new one. */
  synchronized Session take(RandomGenerator random) {
    Session waiting = random.nextInt(3) == 0 ? null : idle.pollFirst();
    return waiting != null ? waiting : new Session(prefix + "-" + made++);
  }

  /** Gives it back for another turn, unless it had enough of them. */
  synchronized void give(Session session) {
    if (session.isSure() && session.turns().size() < MOST_TURNS) {
      idle.addLast(session);
    }
  }

  synchronized int made() {
    return made;
  }
}
