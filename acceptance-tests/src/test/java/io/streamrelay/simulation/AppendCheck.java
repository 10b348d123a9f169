package io.streamrelay.simulation;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.SessionAppender;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Looks at what a worker asks of Redis: which turns it begins anew, and how often it is told why
 * not.
 */
final class AppendCheck implements SessionAppender {
  private static final int MOST_DONE = 10;

  private final World world;
  private final SessionAppender appender;
  private final Set<TurnId> unprovable;
  private final Map<EntryId, Integer> done = new HashMap<>();

  /**
   * @param unprovable is given the turns whose {@code done} proved false
   */
  AppendCheck(World world, SessionAppender appender, Set<TurnId> unprovable) {
    this.world = world;
    this.appender = appender;
    this.unprovable = unprovable;
  }

  @Override
  public CompletableFuture<AppendResult> append(
      ActiveTurn turn, EntryId first, List<StreamEvent> batch, boolean anew) {
    if (anew) {
      unprovable.add(turn.turn());
    }
    return appender
        .append(turn, first, batch, anew)
        .whenComplete((answer, failure) -> {
          if (answer instanceof AppendResult.Done
              && done.merge(first, 1, Integer::sum) == MOST_DONE) {
            world.violation("I9 an attempt goes round in circles", () -> turn + " " + first);
          }
        });
  }
}
