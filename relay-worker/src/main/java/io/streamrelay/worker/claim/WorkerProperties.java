package io.streamrelay.worker.claim;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a worker takes and keeps work.
 *
 * @param name of this worker, its consumer name: unique among the running; made at start if absent
 * @param slots turns it runs at once
 * @param block how long a claim waits for a job, at most 500 ms
 * @param reclaimEvery how often jobs whose lease ended are looked for
 * @param heartbeat how often leases are renewed
 * @param quiet after how long without an append a stream is compared in the heartbeat
 * @param keepEvery how often the expiry of live streams is renewed
 * @param sweepEvery how often the sweeper runs, if no other worker's does
 * @param grace how long running turns may go on when the worker is told to stop
 */
@ConfigurationProperties("relay.worker")
public record WorkerProperties(
    @Nullable String name,
    @DefaultValue("64") int slots,
    @DefaultValue("500ms") Duration block,
    @DefaultValue("500ms") Duration reclaimEvery,
    @DefaultValue("1s") Duration heartbeat,
    @DefaultValue("1s") Duration quiet,
    @DefaultValue("5s") Duration keepEvery,
    @DefaultValue("2s") Duration sweepEvery,
    @DefaultValue("20s") Duration grace) {

  public WorkerProperties {
    require(slots >= 1 && slots <= 10_000, "slots", "must be 1 to 10000");
    require(between(block, 1, 500), "block", "must be 1 ms to 500 ms");
    require(between(reclaimEvery, 50, 10_000), "reclaim-every", "must be 50 ms to 10 s");
    require(
        between(heartbeat, 50, 1_500), "heartbeat", "must be 50 ms to 1.5 s: the lease is 3.5 s");
    require(between(quiet, 50, 60_000), "quiet", "must be 50 ms to 60 s");
    require(between(keepEvery, 50, 60_000), "keep-every", "must be 50 ms to 60 s");
    require(between(sweepEvery, 50, 60_000), "sweep-every", "must be 50 ms to 60 s");
    require(!grace.isNegative(), "grace", "must not be negative");
    require(
        name == null || name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
        "name",
        "must be 1 to 64 of [A-Za-z0-9._-]");
  }

  private static boolean between(Duration value, long leastMillis, long mostMillis) {
    return value.toMillis() >= leastMillis && value.toMillis() <= mostMillis;
  }

  private static void require(boolean holds, String key, String what) {
    if (!holds) {
      throw new IllegalArgumentException("relay.worker." + key + " " + what);
    }
  }
}
