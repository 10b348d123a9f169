package io.streamrelay.protocol.job;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How jobs are held, for operators. Nothing is changed by looking. Bounded in time; throws {@link
 * io.streamrelay.protocol.session.StoreUnavailableException} when the store doesn't answer.
 * Implementations are thread-safe.
 */
public interface HeldJobs {
  /** How that job is held; null if nobody holds it, or it is gone. */
  @Nullable Hold hold(JobId job);

  /**
   * Held jobs whose lease wasn't renewed for {@code idle}.
   *
   * @param atMost of each lane
   */
  Map<JobId, Hold> idle(Duration idle, int atMost);

  /**
   * @param worker that has it; {@code handoff} where it was given back and nobody took it yet
   * @param idle since it was claimed, or its lease was last renewed
   * @param deliveries how often it was claimed
   */
  record Hold(String worker, Duration idle, long deliveries) {}
}
