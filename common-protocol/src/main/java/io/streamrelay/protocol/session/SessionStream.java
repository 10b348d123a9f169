package io.streamrelay.protocol.session;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The session streams, for what happens once per turn or less. Each operation is one atomic step of
 * the store, may be repeated by anybody at any time without further effect, blocks for a bounded
 * time, and throws {@link StoreUnavailableException} when its outcome is unknown. Implementations
 * are thread-safe.
 */
public interface SessionStream {
  /**
   * Writes a turn's user entry {@code <u>-0}, pushes it and sets the expiry, unless that entry or a
   * later one is there. Before it writes, trims all entries below epoch {@code keepFrom}.
   *
   * @param keepFrom the smallest user epoch that must stay: of the turn before, and of earlier
   *     turns that are not saved
   * @return whether it was written now
   */
  boolean open(ActiveTurn turn, UserMessage user, long keepFrom);

  /**
   * Fences a turn that was ended from outside, and tells what the stream holds of it, in one step:
   * appends {@code <f-2>-0 done}, only if the last entry is at or after {@code <u>-0} and before
   * it. Works when the store is full. Writes to no missing stream. The outcome in that {@code done}
   * says nothing: it only fences.
   *
   * @return the turn's entries before {@code <f-2>-0}, in order, whether written or not; empty if
   *     the stream is gone or holds none
   */
  List<Entry> mark(ActiveTurn turn, long finalEpoch);

  /**
   * Makes the stream end the way PostgreSQL says the turn ended. Its last entry is below {@code
   * <u>-0}: the user entry first. Then, if the last entry that clients see is {@code turn.last()}:
   * the terminal {@code <f>-0}; else {@code <f-1>-0 start reset}, {@code <f-1>-1 snapshot} and the
   * terminal. Pushes what it writes, renews the expiry, works when the store is full.
   */
  CloseResult close(EndedTurn turn);

  /**
   * Entries after {@code after}, oldest first, at most {@code count}, hidden ones among them; empty
   * also if there is no stream.
   */
  List<Entry> read(SessionKey session, EntryId after, int count);

  /**
   * The id of each stream's last entry, in one round trip. Streams that are gone or empty are
   * absent from the answer.
   */
  Map<SessionKey, EntryId> lastIds(Collection<SessionKey> sessions);

  /**
   * Takes away the entries of a deleted session: those up to epoch {@code through}, this one
   * included. Later ones stay, and a smaller id than was ever there is still refused for as long as
   * the stream is. Nothing is pushed, and no missing stream is made.
   */
  void forget(SessionKey session, long through);

  /** Renews the expiry of live streams, in one round trip. Streams that are gone stay so. */
  void keep(Collection<SessionKey> sessions);
}
