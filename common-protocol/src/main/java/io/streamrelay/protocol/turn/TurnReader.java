package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
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
   * The owner's turn of that id, in whichever session. Null if the owner has no such turn, or it is
   * deleted or withdrawn ({@link SessionStore#withdraw}).
   */
  @Nullable AskedTurn asked(Owner owner, TurnId turn);

  /**
   * The owner's newest turn that was asked for by the same hash, in a session whose id is one from
   * {@code first} to {@code last} (in the order of their characters), and that somebody who asks
   * again would want: it is active or waits, or it ended well less than {@code within} ago. Null:
   * there is none. Cheap where few sessions are in the range.
   */
  @Nullable TurnView alike(
      Owner owner, SessionId first, SessionId last, String requestHash, Duration within);

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
