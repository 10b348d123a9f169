package io.streamrelay.protocol.session;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session stream holds of one turn without a hole.
 *
 * @param answer of the last attempt in it
 * @param last the entry the answer ends with; null if there is nothing of the turn
 * @param started whether any attempt began
 */
public record Held(Snapshot answer, @Nullable EntryId last, boolean started) {
  /** Reads the turn's entries, in order; hidden ones don't count. */
  public static Held of(List<Entry> entries) {
    Answer answer = new Answer();
    EntryId last = null;
    boolean started = false;
    for (Entry entry : entries) {
      if (entry.hidden() || entry.event() instanceof StreamEvent.Unreadable) {
        continue;
      }
      EntryId id = entry.id();
      if (id.seq() == 0 || (last != null && id.equals(last.next()))) {
        answer.apply(entry.event());
        started |= entry.event() instanceof StreamEvent.AttemptStarted;
        last = id;
      }
    }
    return new Held(answer.snapshot(), last, started);
  }
}
