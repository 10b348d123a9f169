package io.streamrelay.gateway.follow;

import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link Positions}, as clients ask for them: with what came of their cursors counted. Thread-safe.
 */
public final class Beginnings {
  private final Positions positions;
  private final ResumeMeters meters;

  Beginnings(Positions positions, ResumeMeters meters) {
    this.positions = positions;
    this.meters = meters;
  }

  /**
   * Where a reader of a session begins.
   *
   * @return null if there is nothing to say, now or later
   */
  public @Nullable Attachment ofSession(
      SessionKey session, @Nullable EntryId cursor, boolean follow) {
    return counted(cursor, () -> positions.ofSession(session, cursor, follow));
  }

  /** Where a reader of one turn begins, likewise. */
  public @Nullable Attachment ofTurn(SessionKey session, TurnId turn, @Nullable EntryId cursor) {
    return cursor == null
        ? positions.ofTurn(session, turn)
        : counted(cursor, () -> positions.ofTurn(session, turn, cursor));
  }

  private @Nullable Attachment counted(
      @Nullable EntryId cursor, Supplier<@Nullable Attachment> where) {
    try {
      Attachment begins = where.get();
      meters.begins(cursor, begins);
      return begins;
    } catch (StoreUnavailableException e) {
      meters.unavailable(cursor);
      throw e;
    }
  }
}
