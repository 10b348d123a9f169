package io.streamrelay.worker.claim;

import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a worker takes and keeps work.
 *
 * @param name of this worker, its consumer name: unique among the running; without it one is made
 *     at start. Allowed: 1 to 64 of {@code A-Z a-z 0-9 . _ -}, a letter or digit first
 * @param slots turns it runs at once. Allowed: 1 to 10000
 * @param block how long a claim waits for a job. Allowed: 1ms to 500ms
 * @param reclaimEvery how often jobs whose lease ended are looked for. Allowed: 50ms to 10s
 * @param heartbeat how often leases (3.5 s) are renewed. Allowed: 50ms to 1500ms
 * @param quiet time without an append after which a session stream is compared in the heartbeat.
 *     Allowed: 50ms to 60s
 * @param keepEvery how often the expiry of live session streams is renewed. Allowed: 50ms to 60s
 * @param sweepEvery how often the sweeper runs, if no other worker's does. Allowed: 50ms to 60s
 * @param grace how long running turns may go on when the worker is told to stop. Allowed: at least
 *     0s
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
    require(between(block, 1, 500), "block", "must be 1ms to 500ms");
    require(between(reclaimEvery, 50, 10_000), "reclaim-every", "must be 50ms to 10s");
    require(
        between(heartbeat, 50, 1_500), "heartbeat", "must be 50ms to 1500ms: the lease is 3.5 s");
    require(between(quiet, 50, 60_000), "quiet", "must be 50ms to 60s");
    require(between(keepEvery, 50, 60_000), "keep-every", "must be 50ms to 60s");
    require(between(sweepEvery, 50, 60_000), "sweep-every", "must be 50ms to 60s");
    require(!grace.isNegative(), "grace", "must be at least 0s");
    require(
        name == null || name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
        "name",
        "must be 1 to 64 of [A-Za-z0-9._-]");
  }

  private static boolean between(Duration value, long leastMillis, long mostMillis) {
    return value.toMillis() >= leastMillis && value.toMillis() <= mostMillis;
  }

  private static void require(boolean holds, String key, String what) {
    PropertyException.unless(holds, "relay.worker." + key, what);
  }
}
