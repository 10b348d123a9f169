package io.streamrelay.protocol.worker;

import java.util.Map;
import java.util.Objects;

/**
 * What a worker says of itself, every few seconds.
 *
 * @param worker its name, as in turns and as a consumer
 * @param slots turns it runs at once, at most
 * @param busy turns in its hands
 * @param quietMillis of the turns it runs, by id: how long it has sent nothing to their session
 *     streams; at most {@link #MOST_TURNS} of them
 */
public record WorkerReport(
    String worker, WorkerState state, int slots, int busy, Map<String, Long> quietMillis) {
  /** More aren't told of one by one. */
  public static final int MOST_TURNS = 1_000;

  public WorkerReport {
    Objects.requireNonNull(worker, "worker");
    Objects.requireNonNull(state, "state");
    quietMillis = Map.copyOf(quietMillis);
  }
}
