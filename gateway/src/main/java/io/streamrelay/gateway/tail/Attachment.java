package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.trace.Traceparent;
import org.jspecify.annotations.Nullable;

/**
 * What a reader wants to follow.
 *
 * @param turn only this turn, until its terminal; null: the whole session
 * @param position the last entry the reader has, or the place before the first it wants: {@code
 *     <u-1>-0}. With a turn never before its {@code <u-1>-0} and never at or after its terminal;
 *     {@link EntryId#ZERO}: from its first entry, wherever that is or will be (the turn may still
 *     wait, and may end so)
 * @param follow of a session: never ends, also when nothing is active or waiting
 * @param traceparent of the submit of the turn, or of the session's active one; null: not known
 */
public record Attachment(
    SessionKey session,
    @Nullable TurnId turn,
    EntryId position,
    boolean follow,
    @Nullable Traceparent traceparent) {
  /** Of a trace that isn't known. */
  public Attachment(SessionKey session, @Nullable TurnId turn, EntryId position, boolean follow) {
    this(session, turn, position, follow, null);
  }
}
