package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Chunk;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.Unknown;
import io.streamrelay.protocol.event.StreamEvent.Unreadable;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;

/** What comes next after what. Ids alone tell, so nobody has to trust who sent an entry. */
final class Follow {
  private Follow() {}

  /**
   * Whether {@code entry} is what comes next for a reader at {@code position}. Hidden entries never
   * are: they are skipped without moving the position.
   */
  static boolean mayFollow(Entry entry, EntryId position) {
    EntryId id = entry.id();
    return switch (entry.event()) {
      // A session's epochs have no gap: the one before is the terminal of the turn before.
      case UserMessage user ->
          id.seq() == 0 && position.seq() == 0 && position.epoch() == id.epoch() - 1;
      case AttemptStarted start -> isOfTurn(entry, position) && position.isBefore(id);
      case Terminal terminal -> position.equals(entry.follows());
      case Chunk chunk -> isNext(id, position);
      case Snapshot snapshot -> isNext(id, position);
      case Unknown newer -> isNext(id, position);
      case Unreadable unreadable -> false;
      case Generated hidden -> false;
    };
  }

  private static boolean isNext(EntryId id, EntryId position) {
    return position.epoch() == id.epoch() && position.seq() == id.seq() - 1;
  }

  private static boolean isOfTurn(Entry start, EntryId position) {
    EntryId user = start.follows();
    return user != null && !position.isBefore(user);
  }
}
