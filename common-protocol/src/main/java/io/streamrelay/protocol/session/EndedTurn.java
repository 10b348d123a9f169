package io.streamrelay.protocol.session;

import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that PostgreSQL knows of a turn that is ended and saved: enough to give its entries under the
 * ids the session stream had.
 *
 * @param finalEpoch f: the terminal is {@code <f>-0}, whoever writes it
 * @param last the last entry of the saved text that clients see; null if the stream never held the
 *     saved text
 * @param borders of the entries of the attempt it is in; null if they aren't known
 * @param reset the {@code start} that precedes the snapshot, {@code reset: true}
 */
public record EndedTurn(
    ActiveTurn turn,
    long finalEpoch,
    @Nullable EntryId last,
    @Nullable ChunkBorders borders,
    UserMessage user,
    AttemptStarted reset,
    Snapshot snapshot,
    Terminal terminal) {

  /** {@code <u>-0}. */
  public Entry userEntry() {
    return new Entry(turn.first(), user);
  }

  /** {@code <f-1>-0}. */
  public Entry resetEntry() {
    return new Entry(EntryId.first(finalEpoch - 1), reset, turn.first());
  }

  /** {@code <f-1>-1}. */
  public Entry snapshotEntry() {
    return new Entry(new EntryId(finalEpoch - 1, 1), snapshot);
  }

  /** {@code <f>-0}. */
  public EntryId terminalId() {
    return EntryId.first(finalEpoch);
  }

  /**
   * What a reader at {@code position} still lacks of this turn, in order: empty once it has the
   * terminal. One that has a part of the saved text is given the rest as it was in the stream,
   * where the borders are known; all others are given the whole text anew.
   */
  public List<Entry> after(EntryId position) {
    if (!position.isBefore(terminalId())) {
      return List.of();
    }
    List<Entry> entries = new ArrayList<>(4);
    if (position.isBefore(userEntry().id())) {
      entries.add(userEntry());
    }
    EntryId reached = entries.isEmpty() ? position : userEntry().id();
    List<Entry> rest = restAfter(reached);
    boolean whole = rest != null;
    if (rest != null) {
      entries.addAll(rest);
    } else {
      for (Entry entry : List.of(resetEntry(), snapshotEntry())) {
        if (entry.id().isAfter(reached)) {
          entries.add(entry);
        }
      }
    }
    entries.add(new Entry(terminalId(), terminal, whole ? last : snapshotEntry().id()));
    return entries;
  }

  /** What the stream had between there and the end of the saved text; null if nobody can tell. */
  private @Nullable List<Entry> restAfter(EntryId reached) {
    if (reached.equals(last)) {
      return List.of();
    }
    if (last == null || borders == null) {
      return null;
    }
    if (reached.epoch() != last.epoch() || reached.isAfter(last)) {
      return null;
    }
    List<StreamEvent> said = borders.cut(snapshot);
    if (said == null || said.size() != last.seq()) {
      return null;
    }
    List<Entry> rest = new ArrayList<>(last.seq() - reached.seq());
    for (int seq = reached.seq() + 1; seq <= last.seq(); seq++) {
      rest.add(new Entry(new EntryId(last.epoch(), seq), said.get(seq - 1)));
    }
    return rest;
  }
}
