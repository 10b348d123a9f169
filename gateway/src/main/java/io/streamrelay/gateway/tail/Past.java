package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.turn.TurnPast;
import io.streamrelay.protocol.turn.TurnReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a reader goes on whose position is not in the stream, or after which nothing there follows:
 * PostgreSQL's word, turn by turn, under the ids the stream had.
 *
 * @param entries what the reader lacks, in order; they are certain
 * @param more whether to read the stream again after them; else only time brings more
 * @param whole whether these were all turns; else PostgreSQL has more where the stream has not
 */
record Past(List<Delivery> entries, boolean more, boolean whole) {
  /** A saved turn can be a megabyte: few at once. */
  private static final int TURNS = 4;

  private static final int LAST_SEQ = 999_999_999;

  /** Asks both stores; blocks, and throws what they throw. */
  static Past after(
      EntryId position, SessionKey session, TurnReader turns, SessionStream streams, int page) {
    List<Delivery> entries = new ArrayList<>();
    EntryId reached = position;
    boolean more = false;
    List<TurnPast> found = turns.after(session, position, TURNS);
    boolean whole = found.size() < TURNS;
    for (TurnPast past : found) {
      ActiveTurn turn = past.turn();
      if (reached.isBefore(turn.first())) {
        entries.add(new Delivery(new Entry(turn.first(), past.user())));
        reached = turn.first();
        if (holds(streams, session, reached)) {
          return new Past(entries, true, whole);
        }
      }
      switch (past) {
        case TurnPast.Settled settled -> {
          settled.ended().after(reached).forEach(entry -> entries.add(new Delivery(entry)));
          reached = settled.ended().terminalId();
          more = true;
        }
        case TurnPast.Unsettled unsettled -> {
          Entry start = nextStart(streams, turn, reached, page);
          if (start != null) {
            entries.add(new Delivery(start));
          }
          return new Past(entries, more || start != null, whole);
        }
      }
    }
    return new Past(entries, more, whole);
  }

  private static boolean holds(SessionStream streams, SessionKey session, EntryId user) {
    EntryId before = new EntryId(user.epoch() - 1, LAST_SEQ);
    List<Entry> found = streams.read(session, before, 1);
    return !found.isEmpty() && found.getFirst().id().equals(user);
  }

  private static @Nullable Entry nextStart(
      SessionStream streams, ActiveTurn turn, EntryId after, int page) {
    EntryId from = after;
    while (true) {
      List<Entry> entries = streams.read(turn.session(), from, page);
      for (Entry entry : entries) {
        if (entry.event() instanceof AttemptStarted start && start.turn().equals(turn.turn())) {
          return entry;
        }
      }
      if (entries.size() < page) {
        return null;
      }
      from = entries.getLast().id();
    }
  }
}
