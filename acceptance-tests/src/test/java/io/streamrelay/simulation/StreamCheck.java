package io.streamrelay.simulation;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.protocol.turn.InMemoryTurns.Look;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what each call added to a session stream: it must itself read well. Finds a fault of a
 * writer before a reader stumbles over it, or heals it.
 */
final class StreamCheck {
  private final World world;
  private final InMemoryTurns turns;
  private final Map<SessionKey, List<Entry>> known = new HashMap<>();
  private final Map<Place, StreamEvent> contents = new HashMap<>();
  private final Map<Entry, EntryId> previous = new HashMap<>();
  private boolean holes;

  StreamCheck(World world, InMemoryTurns turns) {
    this.world = world;
    this.turns = turns;
  }

  /** Entries vanish: what is left need not be whole. */
  void hasHoles() {
    holes = true;
  }

  private record Place(SessionKey session, EntryId id) {}

  /** The last visible entry when this one was added, most lately. */
  EntryId previous(Entry entry) {
    return previous.getOrDefault(entry, EntryId.ZERO);
  }

  /** Redis went back, or lost everything: what is there now is no writer's doing. */
  void lookedAnew(SessionKey session, List<Entry> entries) {
    known.put(session, entries);
  }

  /** A call took place. */
  void changed(SessionKey session, List<Entry> entries) {
    List<Entry> before = known.getOrDefault(session, List.of());
    known.put(session, entries);
    EntryId reached = before.isEmpty() ? EntryId.ZERO : before.getLast().id();
    Entry visible = null;
    for (Entry entry : entries) {
      if (entry.id().isAfter(reached)) {
        checkAdded(session, entry, visible, entries);
        checkContent(session, entry);
        previous.put(entry, visible == null ? EntryId.ZERO : visible.id());
      }
      visible = entry.hidden() ? visible : entry;
    }
    boolean goesOn = !before.isEmpty() && entries.contains(before.getLast()); // not expired
    if (goesOn && !entries.isEmpty()) {
      checkTrimmed(session, before, entries.getFirst().id());
    }
  }

  private void checkAdded(
      SessionKey session, Entry entry, @Nullable Entry visible, List<Entry> entries) {
    EntryId last = visible == null ? null : visible.id();
    EntryId follows = entry.follows();
    boolean good =
        switch (entry.event()) {
          case StreamEvent.UserMessage user -> entry.id().seq() == 0;
          case StreamEvent.AttemptStarted start ->
              last != null && follows != null && !last.isBefore(follows);
          case StreamEvent.Snapshot snapshot -> isNext(entry.id(), last);
          case StreamEvent.Chunk chunk -> isNext(entry.id(), last);
          case StreamEvent.Generated done -> entry.id().seq() == 0 || isWhole(entry.id(), entries);
          case StreamEvent.Terminal terminal -> last != null && last.equals(follows);
          case StreamEvent.Unknown unknown -> false;
          case StreamEvent.Unreadable unreadable -> false;
        };
    if (!good && !holes) {
      world.violation(
          "I1 an entry in the stream doesn't follow", () -> session + " " + visible + " " + entry);
    }
  }

  /** Whatever is written under an id again, after Redis lost it, is what was there. */
  private void checkContent(SessionKey session, Entry entry) {
    StreamEvent before = contents.putIfAbsent(new Place(session, entry.id()), entry.event());
    if (before != null && !before.equals(entry.event())) {
      world.violation(
          "I5 one id, two contents in the stream", () -> session + " " + before + " " + entry);
    }
  }

  private static boolean isNext(EntryId id, @Nullable EntryId last) {
    return last != null && last.epoch() == id.epoch() && last.seq() + 1 == id.seq();
  }

  private static boolean isWhole(EntryId done, List<Entry> entries) {
    return entries.stream().filter(entry -> entry.id().epoch() == done.epoch()).count()
        == done.seq() + 1;
  }

  private void checkTrimmed(SessionKey session, List<Entry> before, EntryId first) {
    Set<TurnId> trimmed = new HashSet<>();
    for (Entry entry : before) {
      if (entry.id().isBefore(first) && entry.event() instanceof StreamEvent.UserMessage user) {
        trimmed.add(user.turn());
      }
    }
    for (Look turn : turns.looks()) {
      if (trimmed.contains(turn.view().id()) && turn.text() == null) {
        world.violation("I3 a turn trimmed before it was saved", () -> session + " " + turn);
      }
    }
  }
}
