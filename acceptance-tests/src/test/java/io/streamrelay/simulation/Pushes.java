package io.streamrelay.simulation;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.Push;
import io.streamrelay.protocol.session.SessionKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Redis' side of the push: who is subscribed to which channel. */
final class Pushes {
  private final World world;
  private final Map<SessionKey, List<Consumer<Push>>> channels = new HashMap<>();

  Pushes(World world) {
    this.world = world;
  }

  void subscribe(SessionKey session, Consumer<Push> to) {
    channels.computeIfAbsent(session, key -> new ArrayList<>()).add(to);
  }

  void unsubscribe(SessionKey session, Consumer<Push> from) {
    channels.getOrDefault(session, new ArrayList<>()).remove(from);
  }

  void pushed(Push stored) {
    Push push = world.on(Rule.PUSH_IS_A_COPY) ? stored : garbled(stored);
    for (Consumer<Push> to : List.copyOf(channels.getOrDefault(push.session(), List.of()))) {
      to.accept(push);
    }
  }

  private static Push garbled(Push push) {
    Entry entry = push.entry();
    return entry.event() instanceof StreamEvent.Text text
        ? new Push(push.session(), new Entry(entry.id(), new StreamEvent.Text(text.text() + "?")))
        : push;
  }

  /** Pushes what was refused. */
  void stale(ActiveTurn turn, EntryId first, List<StreamEvent> batch) {
    for (int i = 0; i < batch.size(); i++) {
      StreamEvent event = batch.get(i);
      EntryId follows = event instanceof StreamEvent.AttemptStarted ? turn.first() : null;
      Entry entry = new Entry(first.plus(i), event, follows);
      world.trace(() -> "stale push " + turn.session().session() + " " + entry);
      pushed(new Push(turn.session(), entry));
    }
  }
}
