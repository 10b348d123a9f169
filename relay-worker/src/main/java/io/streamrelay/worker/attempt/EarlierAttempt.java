package io.streamrelay.worker.attempt;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.Held;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.turn.Ending;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt left behind that finished generating and died before it saved: nobody pays for it
 * twice.
 */
final class EarlierAttempt {
  private static final int PAGE = 1000;

  /** What became of the look at it. */
  sealed interface Found {
    /** Whole: to be saved by the present claim. */
    record Whole(Ending.ByAttempt ending) implements Found {}

    /** Its {@code done} is there, its text isn't all: generate anew. */
    record Unproved() implements Found {}

    /** Its {@code done} is gone meanwhile: begin again. */
    record Gone() implements Found {}

    /** A newer epoch wrote. */
    record Fenced() implements Found {}
  }

  private final SessionStream streams;

  EarlierAttempt(SessionStream streams) {
    this.streams = streams;
  }

  /** Rebuilds the text from the stream and checks it by length and hash. */
  Found find(ActiveTurn turn, long epoch) {
    List<Entry> entries = entries(turn);
    if (entries.stream().anyMatch(entry -> entry.id().epoch() > epoch)) {
      return new Found.Fenced();
    }
    Entry done = lastDone(entries);
    if (done == null) {
      return new Found.Gone();
    }
    Generated outcome = (Generated) done.event();
    Held held = Held.of(entries.stream().filter(entry -> entry.id().isBefore(done.id())).toList());
    String text = held.answer().text();
    EntryId last = held.last();
    if (last == null
        || text.length() != outcome.length()
        || !Answer.sha256(text).equals(outcome.sha256())) {
      return new Found.Unproved();
    }
    return new Found.Whole(
        new Ending.ByAttempt(
            turn.turn(), epoch, outcome, held.answer(), last, held.borders(), null));
  }

  /** Whether something was said, and is there, of an answer that wasn't finished. */
  boolean brokeOff(ActiveTurn turn) {
    List<Entry> entries = entries(turn);
    return lastDone(entries) == null && !Held.of(entries).answer().equals(Snapshot.EMPTY);
  }

  private List<Entry> entries(ActiveTurn turn) {
    List<Entry> entries = new ArrayList<>();
    EntryId after = EntryId.first(turn.userEpoch() - 1);
    while (true) {
      List<Entry> page = streams.read(turn.session(), after, PAGE);
      entries.addAll(page);
      if (page.size() < PAGE) {
        return entries;
      }
      after = page.getLast().id();
    }
  }

  private static @Nullable Entry lastDone(List<Entry> entries) {
    for (Entry entry : entries.reversed()) {
      if (entry.event() instanceof Generated) {
        return entry;
      }
    }
    return null;
  }
}
