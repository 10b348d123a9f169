package io.streamrelay.worker.claim;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.job.LaneDepths;

/** Shows the lanes' depths as metrics. */
public final class LaneMeters {
  private LaneMeters() {}

  /** Shows them as they are whenever somebody looks at the metrics. */
  public static void bind(LaneDepths depths, MeterRegistry registry) {
    for (Lane lane : Lane.values()) {
      Gauge.builder("relay.waiting", () -> depths.depth(lane).waiting())
          .description("Jobs that no worker has taken")
          .tag("lane", lane.wire())
          .register(registry);
      Gauge.builder("relay.busy", () -> depths.depth(lane).busy())
          .description("Jobs in the hands of workers")
          .tag("lane", lane.wire())
          .register(registry);
    }
  }
}
