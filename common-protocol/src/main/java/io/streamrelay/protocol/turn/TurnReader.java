package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns, read side. Every query has the owner in it. Bounded in time; throws {@link
 * io.streamrelay.protocol.session.StoreUnavailableException} when the store doesn't answer.
 * Implementations are thread-safe.
 */
public interface TurnReader {
  /** Null if the owner has no such session. */
  @Nullable SessionView session(SessionKey session);

  /** Null if the session has no such turn. */
  @Nullable TurnView turn(SessionKey session, TurnId turn);

  /**
   * As {@link #turn}, and a turn that was deleted for as long as its row is there: what is left to
   * tell readers that were attached before.
   */
  @Nullable TurnView turnForReader(SessionKey session, TurnId turn);

  /**
   * The session's turns that have ids beyond {@code position}, in their order, at most {@code
   * atMost}: all an entry after {@code position} can belong to. For readers: deleted turns are
   * among them for as long as their rows are there.
   */
  List<TurnPast> after(SessionKey session, EntryId position, int atMost);

  /**
   * The session's messages along the path to its newest, newest first. Null if the owner has no
   * such session, or {@code before} isn't a message of it.
   */
  @Nullable List<MessageView> messages(SessionKey session, int atMost, @Nullable MessageId before);

  /**
   * The epoch counters, in one query; unknown and deleted sessions are absent. A counter equal to a
   * reader's epoch means that there is nothing newer.
   */
  Map<SessionKey, Long> epochs(Collection<SessionKey> sessions);
}
