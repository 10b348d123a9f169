package io.streamrelay.protocol.job;

import io.streamrelay.protocol.event.TurnId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The job streams of all lanes and their consumer group. Every operation is bounded in time and
 * throws {@link io.streamrelay.protocol.session.StoreUnavailableException} when its outcome is
 * unknown. A missing stream or group is made on the way, with the group at the stream's beginning.
 * Implementations are thread-safe; one belongs to one worker (its consumer name), or to a gateway,
 * which only adds.
 */
public interface JobQueue {
  /** How long a claim is safe without a heartbeat, by the store's clock. */
  Duration LEASE = Duration.ofMillis(3500);

  /**
   * Queues a job. Called twice it is there twice: whoever claims the second finds the turn taken.
   * Throws {@link io.streamrelay.protocol.session.StoreFullException} if the store is full.
   */
  JobId add(Job job);

  /**
   * Whether the store is at its memory limit: it would refuse a job now, though it still gives
   * those it has. Changes nothing.
   */
  boolean isFull();

  /**
   * Takes jobs nobody has, the interactive lane first. Entries that can't be read are acknowledged,
   * deleted, logged and {@link #bury buried}; a job of a newer version is left to newer workers:
   * given back like {@link #handOver}.
   *
   * @param atMost how many, at least 1
   * @param block how long to wait for the first, at most 500 ms
   */
  List<ClaimedJob> claim(int atMost, Duration block);

  /** Takes jobs whose holder let the lease end, the longest idle first. */
  List<ClaimedJob> reclaim(int atMost);

  /** Renews the lease of those that are still ours, and tells of the others. */
  NotHeld heartbeat(Collection<JobId> held);

  /**
   * The jobs that the store says are ours, by turn; 1 000 of each lane at most. After the store
   * lost something they may be others than this worker knows of.
   */
  Map<TurnId, JobId> held();

  /** Acknowledges and deletes. Also of a job that is somebody else's, or gone. */
  void done(JobId id);

  /**
   * Notes a job that was set aside, for whoever is to look. Only a note: one that can't be written
   * is lost, and a queue that keeps none does nothing. Throws nothing.
   */
  default void bury(DeadLetter letter) {}

  /** Gives a job back: it can be reclaimed at once. Only if it is still ours. */
  void handOver(JobId id);

  /** Gives a job to another worker, with a lease of full length. Only if it is still ours. */
  void give(JobId id, String worker);

  JobState state(JobId id);

  /**
   * The turns that have a job, waiting or held, and how many jobs were looked at is bounded by
   * {@code atMost} for each lane.
   */
  Set<TurnId> turns(int atMost);

  /** Waiting and held jobs of each lane. */
  Map<Lane, Depth> depths();

  /** Removes consumers that were idle for {@code idle} and hold nothing. */
  void removeIdleConsumers(Duration idle);

  /**
   * What a heartbeat found not to be ours.
   *
   * @param lost somebody else's, or to be claimed again
   * @param gone not there at all: somebody was done with it, or the store lost it
   */
  record NotHeld(Set<JobId> lost, Set<JobId> gone) {
    public static final NotHeld NONE = new NotHeld(Set.of(), Set.of());

    public NotHeld {
      lost = Set.copyOf(lost);
      gone = Set.copyOf(gone);
    }
  }

  /**
   * @param waiting entries that nobody has: length less pending
   * @param busy entries that are held
   */
  record Depth(long waiting, long busy) {}
}
