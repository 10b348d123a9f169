package io.streamrelay.protocol.job;

import java.time.Duration;
import java.util.Map;

/**
 * How the lanes stand, in figures for operators. Nothing is changed by looking. Bounded in time;
 * throws {@link io.streamrelay.protocol.session.StoreUnavailableException} when the store doesn't
 * answer, or its user may not ask. Implementations are thread-safe.
 */
public interface JobFigures {
  /**
   * Each lane as it stands.
   *
   * @param late how long after the end of its lease a held job counts as stuck
   */
  Map<Lane, OfLane> lanes(Duration late);

  /** How many jobs are set aside, of those that are kept. */
  long deadLetters();

  /**
   * One lane at one moment.
   *
   * @param waiting jobs that nobody has
   * @param busy jobs that are held
   * @param oldestWaiting how long the oldest of those that wait has done so; zero: none waits
   * @param stuck held jobs whose lease ended so long ago, and nobody reclaimed them; 1 000 at most
   */
  record OfLane(long waiting, long busy, Duration oldestWaiting, long stuck) {}
}
