package io.streamrelay.simulation;

import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * What all parts of one simulation share: its clock, its chances, its trace, and the violations
 * found. Not thread-safe: owned by the scheduler's carrier.
 */
final class World {
  /** What begins so went wrong with the simulation, or died of an exception; no judge saw it. */
  static final String COMPLAINT = "simulation: ";

  final Chance chance;
  final Scheduler scheduler;
  final Trace trace;

  /** Where packets travel: never killed, never paused. */
  final Host network;

  private final Map<String, Integer> violations = new TreeMap<>();

  private final Set<Rule> off;
  private final Set<SessionKey> deleted = new HashSet<>();

  /**
   * @param off rules to go without
   */
  World(Chance chance, Trace trace, Set<Rule> off) {
    this.off = off;
    this.chance = chance;
    this.trace = trace;
    this.scheduler = new Scheduler(chance.random());
    this.network = new Host(scheduler, "network");
  }

  /** Rules to go without. */
  Set<Rule> off() {
    return off;
  }

  /** Whether the run keeps to a rule. */
  boolean on(Rule rule) {
    return !off.contains(rule);
  }

  /** A session was deleted. */
  void deleted(SessionKey session) {
    deleted.add(session);
  }

  /** Whether it ever was; then those who read it as a whole can't rely on anything. */
  boolean wasDeleted(SessionKey session) {
    return deleted.contains(session);
  }

  /** A host has made a call that matters: a bad moment to die, or to stand still. */
  void strike(Host host) {
    if (chance.happens(Fault.KILL_AT_CALL)) {
      kill(host);
    } else if (chance.happens(Fault.PAUSE_AT_CALL)) {
      pause(host);
    }
  }

  /** A host has marked a turn, and its text isn't saved yet. */
  void strikeAtMark(Host host) {
    if (chance.happens(Fault.PAUSE_AT_MARK)) {
      pause(host);
    }
  }

  /** A worker has generated its turn, and PostgreSQL doesn't know yet. */
  void strikeAtDone(Host host) {
    if (!chance.happens(Fault.WORKER_LOST_AT_DONE)) {
      return;
    }
    if (chance.coin()) {
      kill(host);
    } else {
      pause(host);
    }
  }

  void kill(Host host) {
    trace(() -> "KILL " + host.name());
    host.kill();
  }

  void pause(Host host) {
    if (host.isPaused()) {
      return;
    }
    Duration length = chance.between(Duration.ofMillis(500), Duration.ofSeconds(20));
    trace(() -> "PAUSE " + host.name() + " for " + length);
    host.pause();
    scheduler.after(
        length,
        network,
        () -> {
          trace(() -> "RESUME " + host.name());
          host.resume();
        });
  }

  long now() {
    return scheduler.now();
  }

  void trace(Supplier<String> what) {
    trace.add(scheduler.now(), what);
  }

  void violation(String what, Supplier<String> detail) {
    violations.merge(what, 1, Integer::sum);
    trace(() -> "VIOLATION " + what + ": " + detail.get());
  }

  /** What was found, and how often. */
  Map<String, Integer> violations() {
    Map<String, Integer> all = new TreeMap<>(violations);
    scheduler.complaints().forEach(complaint -> all.merge(COMPLAINT + complaint, 1, Integer::sum));
    return all;
  }

  /**
   * The calling thread of {@code host} waits for the other side of a connection.
   *
   * @throws InterruptedException as blocking sockets of virtual threads do: at once
   */
  void travel(Host host, Duration latency) throws InterruptedException {
    CompletableFuture<Void> arrived = new CompletableFuture<>();
    scheduler.after(latency, host, () -> arrived.complete(null));
    try {
      arrived.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completed with a failure", e);
    }
  }
}
