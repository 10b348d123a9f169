package io.streamrelay.protocol.session;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session stream holds of one turn without a hole.
 *
 * @param answer of the last attempt in it
 * @param last the entry the answer ends with; null if there is nothing of the turn
 * @param borders of that attempt's entries; null if there was none, or they can't be told
 * @param started whether any attempt began
 */
public record Held(
    Snapshot answer, @Nullable EntryId last, @Nullable ChunkBorders borders, boolean started) {
  /** Reads the turn's entries, in order; hidden ones don't count. */
  public static Held of(List<Entry> entries) {
    Answer answer = new Answer();
    List<StreamEvent> said = new ArrayList<>(); // by the last attempt
    EntryId last = null;
    boolean started = false;
    for (Entry entry : entries) {
      if (entry.hidden() || entry.event() instanceof StreamEvent.Unreadable) {
        continue;
      }
      EntryId id = entry.id();
      if (id.seq() == 0 || (last != null && id.equals(last.next()))) {
        answer.apply(entry.event());
        if (id.seq() == 0) {
          said.clear();
          started |= entry.event() instanceof StreamEvent.AttemptStarted;
        } else {
          said.add(entry.event());
        }
        last = id;
      }
    }
    return new Held(answer.snapshot(), last, started ? ChunkBorders.of(said) : null, started);
  }
}
