package io.streamrelay.worker.attempt;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobId;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The jobs in this worker's hands. Thread-safe. */
public final class LiveAttempts {
  private final Set<Attempt> attempts = ConcurrentHashMap.newKeySet();

  void add(Attempt attempt) {
    attempts.add(attempt);
  }

  void remove(Attempt attempt) {
    attempts.remove(attempt);
  }

  public int size() {
    return attempts.size();
  }

  /** A copy: attempts may end meanwhile. */
  public Collection<Attempt> all() {
    return List.copyOf(attempts);
  }

  public Set<JobId> jobs() {
    return attempts.stream().map(attempt -> attempt.job().id()).collect(Collectors.toSet());
  }

  public Collection<Attempt> of(Set<JobId> jobs) {
    return where(attempt -> jobs.contains(attempt.job().id()));
  }

  public Collection<Attempt> of(TurnId turn) {
    return where(attempt -> attempt.turn().equals(turn));
  }

  private Collection<Attempt> where(Predicate<Attempt> condition) {
    return attempts.isEmpty() ? List.of() : attempts.stream().filter(condition).toList();
  }
}
