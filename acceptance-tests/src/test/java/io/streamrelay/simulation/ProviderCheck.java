package io.streamrelay.simulation;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.turn.InMemoryTurns.Look;
import io.streamrelay.protocol.turn.TurnView;
import java.util.List;

/**
 * I7: nobody pays twice. Looks at each call of the provider: unless Redis lost what the attempt
 * itself wrote, its turn must not have been generated before.
 */
final class ProviderCheck {
  private final World world;
  private final RedisTwins twins;
  private final SimulatedRedis redis;
  private final SimulatedPostgres postgres;

  ProviderCheck(World world, RedisTwins twins, SimulatedRedis redis, SimulatedPostgres postgres) {
    this.world = world;
    this.twins = twins;
    this.redis = redis;
    this.postgres = postgres;
  }

  void called(String model, Host caller) {
    for (Look turn : postgres.turns().looks()) {
      if (turn.view().model().equals(model)
          && isGenerated(turn, latestEpochOf(caller, turn))
          && !redis.unprovable().contains(turn.view().id())) {
        world.violation("I7 provider called after done", () -> model);
      }
    }
  }

  /** Whether the stream has this attempt's start and an earlier one's done. */
  private boolean isGenerated(Look turn, long epoch) {
    List<Entry> stream = twins.entries(turn.view().session());
    boolean started = stream.stream().anyMatch(entry -> entry.id().equals(EntryId.first(epoch)));
    return started
        && stream.stream()
            .anyMatch(entry ->
                entry.event() instanceof Generated done
                    && done.turn().equals(turn.view().id())
                    && entry.id().epoch() < epoch);
  }

  private static long latestEpochOf(Host worker, Look turn) {
    return turn.view().attempts().stream()
        .filter(attempt -> attempt.worker().equals(worker.name()))
        .mapToLong(TurnView.Attempt::epoch)
        .max()
        .orElse(0);
  }
}
