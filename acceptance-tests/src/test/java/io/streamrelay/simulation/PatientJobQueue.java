package io.streamrelay.simulation;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.job.JobState;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.StoreFullException;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Waits for a first job in simulated time. */
final class PatientJobQueue implements JobQueue {
  private static final Duration STEP = Duration.ofMillis(100);

  private final JobQueue queue;
  private final HostTime time;

  PatientJobQueue(JobQueue queue, HostTime time) {
    this.queue = queue;
    this.time = time;
  }

  @Override
  public List<ClaimedJob> claim(int atMost, Duration block) {
    long until = time.nanos() + block.toNanos();
    while (true) {
      List<ClaimedJob> claimed = queue.claim(atMost, Duration.ZERO);
      if (!claimed.isEmpty() || time.nanos() >= until) {
        return claimed;
      }
      try {
        time.pause(STEP);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreUnavailableException("simulated: interrupted", e);
      }
    }
  }

  @Override
  public JobId add(Job job) {
    return queue.add(job);
  }

  @Override
  public boolean isFull() {
    try {
      return queue.isFull();
    } catch (StoreFullException e) {
      return true;
    }
  }

  @Override
  public List<ClaimedJob> reclaim(int atMost) {
    return queue.reclaim(atMost);
  }

  @Override
  public NotHeld heartbeat(Collection<JobId> held) {
    return queue.heartbeat(held);
  }

  @Override
  public Map<TurnId, JobId> held() {
    return queue.held();
  }

  @Override
  public void done(JobId id) {
    queue.done(id);
  }

  @Override
  public void handOver(JobId id) {
    queue.handOver(id);
  }

  @Override
  public void give(JobId id, String worker) {
    queue.give(id, worker);
  }

  @Override
  public JobState state(JobId id) {
    return queue.state(id);
  }

  @Override
  public Set<TurnId> turns(int atMost) {
    return queue.turns(atMost);
  }

  @Override
  public Map<Lane, Depth> depths() {
    return queue.depths();
  }

  @Override
  public void removeIdleConsumers(Duration idle) {
    queue.removeIdleConsumers(idle);
  }
}
