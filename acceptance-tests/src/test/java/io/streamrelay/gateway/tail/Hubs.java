package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.simulation.Rule;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Lets the simulation's readers take more than what follows. */
public final class Hubs {
  private Hubs() {}

  /**
   * @param off rules to go without
   * @param previous the entry that was last in the stream when this one was added
   */
  public static Hub without(
      Set<Rule> off,
      Function<Entry, EntryId> previous,
      SessionStream streams,
      PushSubscriber pushes,
      TurnReader turns,
      Time time,
      Executor work,
      RandomGenerator random,
      HubBounds bounds) {
    return new Hub(
        new Services(streams, pushes, turns, time, work, random, bounds, mayFollow(off, previous)));
  }

  private static BiPredicate<Entry, EntryId> mayFollow(
      Set<Rule> off, Function<Entry, EntryId> previous) {
    return (entry, position) ->
        off.contains(Rule.FOLLOW_CHECK)
            ? previous.apply(entry).equals(position)
            : isAnything(off, entry.event()) || Follow.mayFollow(entry, position);
  }

  private static boolean isAnything(Set<Rule> off, StreamEvent event) {
    return switch (event) {
      case StreamEvent.UserMessage user -> off.contains(Rule.USER_FOLLOWS);
      case StreamEvent.AttemptStarted start -> off.contains(Rule.START_FOLLOWS);
      case StreamEvent.Terminal terminal -> off.contains(Rule.TERMINAL_FOLLOWS);
      default -> false;
    };
  }
}
