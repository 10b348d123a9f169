package io.streamrelay.protocol.job;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much work waits and how much is in hand, over all workers, as it was at the last look.
 * Thread-safe.
 */
public final class LaneDepths {
  private static final Logger LOG = LoggerFactory.getLogger(LaneDepths.class);
  private static final JobQueue.Depth NONE = new JobQueue.Depth(0, 0);

  private final JobQueue jobs;
  private volatile Map<Lane, JobQueue.Depth> depths = Map.of();

  public LaneDepths(JobQueue jobs) {
    this.jobs = jobs;
  }

  /** Looks once; false: the store doesn't answer, what was seen before stays. */
  public boolean look() {
    try {
      depths = jobs.depths();
      return true;
    } catch (StoreUnavailableException e) {
      LOG.debug("lanes not measured: {}", e.getMessage());
      return false;
    }
  }

  /** As last seen; nothing before the first look. */
  public JobQueue.Depth depth(Lane lane) {
    return depths.getOrDefault(lane, NONE);
  }
}
