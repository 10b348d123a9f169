package io.streamrelay.worker.claim;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much work waits and how much is in hand, over all workers. Thread-safe. */
public final class LaneDepths {
  private static final Logger LOG = LoggerFactory.getLogger(LaneDepths.class);

  private final JobQueue jobs;
  private volatile Map<Lane, JobQueue.Depth> depths = Map.of();

  public LaneDepths(JobQueue jobs, MeterRegistry registry) {
    this.jobs = jobs;
    for (Lane lane : Lane.values()) {
      Gauge.builder("relay.waiting", () -> depth(lane).waiting())
          .description("Jobs that no worker has taken")
          .tag("lane", lane.wire())
          .register(registry);
      Gauge.builder("relay.busy", () -> depth(lane).busy())
          .description("Jobs in the hands of workers")
          .tag("lane", lane.wire())
          .register(registry);
    }
  }

  /** Looks once; a store that doesn't answer leaves what was seen before. */
  public void look() {
    try {
      depths = jobs.depths();
    } catch (StoreUnavailableException e) {
      LOG.debug("lanes not measured: {}", e.getMessage());
    }
  }

  private JobQueue.Depth depth(Lane lane) {
    return depths.getOrDefault(lane, new JobQueue.Depth(0, 0));
  }
}
