package io.streamrelay.benchmarks.prove;

import java.util.LinkedHashSet;
import java.util.Set;

/** A session of the prover's own. Owned by one turn at a time; its log is thread-safe. */
final class Session {
  private final String id;
  private final SessionLog log = new SessionLog();
  private final Set<String> turns = new LinkedHashSet<>();
  private boolean sure = true;

  Session(String id) {
    this.id = id;
  }

  String id() {
    return id;
  }

  SessionLog log() {
    return log;
  }

  void accepted(String turn) {
    turns.add(turn);
  }

  /** Turns that were accepted, oldest first. */
  Set<String> turns() {
    return turns;
  }

  /** A submission came to nothing for us, and may have made a turn all the same. */
  void doubt() {
    sure = false;
  }

  /** Whether it has no turns but those that we know. */
  boolean isSure() {
    return sure;
  }
}
