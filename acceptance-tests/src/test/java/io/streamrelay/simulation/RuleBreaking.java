package io.streamrelay.simulation;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.EndedTurn;
import io.streamrelay.protocol.session.Held;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.turn.ClaimResult.Claimed;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.protocol.turn.TurnStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Stores that break one {@link Rule}. */
final class RuleBreaking {
  private RuleBreaking() {}

  /** With the terminal written at once, the text saved afterwards. */
  static SessionStream terminalFirst(SessionStream stream) {
    return changed(
        SessionStream.class,
        stream,
        (method, arguments) -> {
          if (!method.equals("mark")) {
            return null;
          }
          ActiveTurn turn = (ActiveTurn) arguments[0];
          long finalEpoch = (Long) arguments[1];
          List<Entry> entries = held(stream, turn, finalEpoch);
          if (!entries.isEmpty()) {
            stream.close(endedNow(turn, finalEpoch, Held.of(entries)));
          }
          return entries;
        });
  }

  private static List<Entry> held(SessionStream stream, ActiveTurn turn, long finalEpoch) {
    return stream.read(turn.session(), EntryId.first(turn.userEpoch() - 1), 100_000).stream()
        .filter(entry -> !entry.id().isBefore(turn.first()))
        .filter(entry -> entry.id().isBefore(EntryId.first(finalEpoch - 2)))
        .toList();
  }

  private static EndedTurn endedNow(ActiveTurn turn, long finalEpoch, Held held) {
    String text = held.answer().text();
    UUID none = new UUID(0, 0);
    return new EndedTurn(
        turn,
        finalEpoch,
        held.last(),
        new UserMessage(turn.turn(), new MessageId(none), List.of()),
        new AttemptStarted(turn.turn(), 1, "", true),
        held.answer(),
        new Cancelled(turn.turn(), "owner", null, null, text.length(), Answer.sha256(text), null));
  }

  /** With one epoch for all attempts of a turn, and nobody refused for it. */
  static TurnStore oneEpoch(InMemoryTurns turns) {
    return changed(
        TurnStore.class,
        turns,
        (method, arguments) ->
            switch (method) {
              case "claim" ->
                  turns.claim((io.streamrelay.protocol.turn.ClaimRequest) arguments[0])
                          instanceof Claimed claimed
                      ? inOneEpoch(claimed)
                      : null;
              case "finish" ->
                  arguments[0] instanceof Ending.ByAttempt end
                      ? turns.finish(inLatestEpoch(end, turns))
                      : null;
              case "opening" ->
                  turns.opening(
                      (ActiveTurn) arguments[0], latestEpoch(turns, (ActiveTurn) arguments[0]));
              default -> null;
            });
  }

  private static long latestEpoch(InMemoryTurns turns, ActiveTurn turn) {
    Long epoch = turns.look(turn.turn()).epoch();
    return epoch == null ? 0 : epoch;
  }

  private static Claimed inOneEpoch(Claimed claimed) {
    return new Claimed(
        claimed.turn(),
        claimed.turn().userEpoch() + 1,
        claimed.attempt(),
        claimed.reset(),
        claimed.request(),
        claimed.user(),
        claimed.history(),
        claimed.remaining(),
        claimed.sinceSubmit());
  }

  private static Ending inLatestEpoch(Ending.ByAttempt end, InMemoryTurns turns) {
    Long epoch = turns.look(end.turn()).epoch();
    return new Ending.ByAttempt(
        end.turn(),
        epoch == null ? 0 : epoch,
        end.outcome(),
        end.answer(),
        end.last(),
        end.firstChunkAfter());
  }

  /** {@code change} gives another answer, or null for what the store itself does. */
  private static <T> T changed(
      Class<T> port, T store, BiFunction<String, Object[], @Nullable Object> change) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              Object other = change.apply(method.getName(), arguments);
              return other != null ? other : invoke(store, method, arguments);
            }));
  }

  private static @Nullable Object invoke(Object store, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(store, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
