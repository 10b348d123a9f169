package io.streamrelay.protocol.session;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.simulation.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Session streams with rules of Redis' scripts taken away, and of those who read what they left.
 */
public final class BrokenStreams extends InMemorySessionStreams {
  private final Set<Rule> off;
  private final BiFunction<TurnId, Held, @Nullable EndedTurn> asIfSaved;

  /**
   * @param asIfSaved an ended turn as it would be with this text saved; null if that is done
   */
  public BrokenStreams(
      LongSupplier clockMillis,
      Duration retention,
      Set<Rule> off,
      BiFunction<TurnId, Held, @Nullable EndedTurn> asIfSaved) {
    super(clockMillis, retention);
    this.off = off;
    this.asIfSaved = asIfSaved;
  }

  /** What the stream holds, whatever rules are broken. */
  public synchronized List<Entry> entries(SessionKey session) {
    return List.copyOf(stream(session));
  }

  /** Takes one entry away, as XDEL does. */
  public synchronized void lose(SessionKey session, EntryId id) {
    stream(session).removeIf(entry -> entry.id().equals(id));
  }

  // --- append

  @Override
  synchronized AppendResult appendNow(Append append) {
    AppendResult result = super.appendNow(append);
    return switch (result) {
      case AppendResult.Gap gap when off.contains(Rule.GAP) -> appendAllTheSame(append);
      case AppendResult.NotOpen closed when off.contains(Rule.OPEN_CHECK) ->
          append.begins() ? appendAllTheSame(append) : new AppendResult.Gap(null);
      default -> result;
    };
  }

  private AppendResult appendAllTheSame(Append append) {
    for (int i = 0; i < append.batch().size(); i++) {
      EntryId id = append.first().plus(i);
      Entry last = last(append.turn().session());
      if (last != null && !id.isAfter(last.id())) {
        return new AppendResult.Fenced(); // what Redis itself refuses
      }
      add(append, id);
    }
    return new AppendResult.Appended(append.last());
  }

  // --- close

  @Override
  synchronized CloseResult closeNow(EndedTurn ended) {
    SessionKey session = ended.turn().session();
    Entry last = last(session);
    EntryId visible = lastVisible(session);
    boolean ofTurn =
        last != null
            && visible != null
            && !visible.isBefore(ended.turn().first())
            && last.id().epoch() < ended.finalEpoch();
    if (ofTurn && off.contains(Rule.EXPECTED_LAST)) {
      add(session, new Entry(ended.terminalId(), ended.terminal(), visible));
      return CloseResult.CLOSED;
    }
    if (ofTurn && off.contains(Rule.TERMINAL_ID) && visible.equals(ended.last())) {
      add(session, new Entry(last.id().next(), ended.terminal(), visible));
      return CloseResult.CLOSED;
    }
    return super.closeNow(ended);
  }

  // --- mark

  @Override
  public List<Entry> mark(ActiveTurn turn, long finalEpoch) {
    return off.contains(Rule.MARK_FIRST)
        ? terminalFirst(turn, finalEpoch)
        : super.mark(turn, finalEpoch);
  }

  private List<Entry> terminalFirst(ActiveTurn turn, long finalEpoch) {
    List<Entry> entries =
        read(turn.session(), EntryId.first(turn.userEpoch() - 1), Integer.MAX_VALUE).stream()
            .filter(entry -> !entry.id().isBefore(turn.first()))
            .filter(entry -> entry.id().isBefore(EntryId.first(finalEpoch - 2)))
            .toList();
    EndedTurn ended = entries.isEmpty() ? null : asIfSaved.apply(turn.turn(), Held.of(entries));
    if (ended != null) {
      close(ended);
    }
    return entries;
  }

  // --- what claimants read of an earlier attempt's done

  @Override
  public synchronized List<Entry> read(SessionKey session, EntryId after, int count) {
    List<Entry> entries = super.read(session, after, count);
    if (!off.contains(Rule.DONE_PROOF) && !off.contains(Rule.DONE_OUTCOME)) {
      return entries;
    }
    List<Entry> changed = new ArrayList<>();
    for (Entry entry : entries) {
      changed.add(
          entry.event() instanceof Generated done && done.length() >= 0
              ? new Entry(entry.id(), changed(done, Held.of(changed)), entry.follows())
              : entry);
    }
    return changed;
  }

  private Generated changed(Generated done, Held held) {
    String text = held.answer().text();
    boolean proof = off.contains(Rule.DONE_PROOF);
    boolean outcome = off.contains(Rule.DONE_OUTCOME);
    return new Generated(
        done.turn(),
        outcome ? Outcome.ENDED : done.outcome(),
        outcome ? FinishReason.STOP : done.finishReason(),
        outcome ? null : done.failureCode(),
        outcome ? null : done.failureMessage(),
        proof ? text.length() : done.length(),
        proof ? Answer.sha256(text) : done.sha256(),
        done.usage(),
        done.provider(),
        done.model());
  }
}
