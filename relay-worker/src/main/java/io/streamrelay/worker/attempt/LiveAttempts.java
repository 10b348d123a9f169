package io.streamrelay.worker.attempt;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The jobs in this worker's hands. Thread-safe. */
public final class LiveAttempts {
  private final Map<JobId, Attempt> attempts = new ConcurrentHashMap<>();

  void add(Attempt attempt) {
    attempts.put(attempt.job().id(), attempt);
  }

  void remove(Attempt attempt) {
    attempts.remove(attempt.job().id(), attempt);
  }

  public int size() {
    return attempts.size();
  }

  /** A copy: attempts may end meanwhile. */
  public Collection<Attempt> all() {
    return List.copyOf(attempts.values());
  }

  public Set<JobId> jobs() {
    return Set.copyOf(attempts.keySet());
  }

  /** Stops the attempts whose jobs somebody else has now. */
  public void lost(Collection<JobId> jobs) {
    for (JobId job : jobs) {
      Attempt attempt = attempts.get(job);
      if (attempt != null) {
        attempt.stop(StopReason.LOST);
      }
    }
  }

  public Collection<Attempt> of(TurnId turn) {
    return attempts.values().stream()
        .filter(attempt -> attempt.job().job().turn().equals(turn))
        .toList();
  }
}
