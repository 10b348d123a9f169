package io.streamrelay.gateway.session;

import io.streamrelay.gateway.cancel.Canceller;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.DeleteResult;
import io.streamrelay.protocol.turn.SessionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes a session: first in PostgreSQL, which cancels what lives in it and hides it from
 * everybody; then, as after any cancel, the ends of the cancelled turns are written to its stream,
 * for the readers it has. Only the first counts; the sweeper makes up for the rest, and a worker
 * removes the rows and the entries a little later. Repeated, it changes nothing and gives the same
 * answer. Thread-safe.
 */
final class SessionDeletion {
  private static final Logger LOG = LoggerFactory.getLogger(SessionDeletion.class);

  private final SessionStore sessions;
  private final Canceller canceller;

  SessionDeletion(SessionStore sessions, Canceller canceller) {
    this.sessions = sessions;
    this.canceller = canceller;
  }

  /** Answers whether the owner has, or had, such a session. */
  boolean delete(SessionKey session) {
    return switch (sessions.delete(session)) {
      case DeleteResult.Unknown() -> false;
      case DeleteResult.Deleted(var cancelled) -> {
        canceller.cancelled(session, cancelled);
        LOG.info("session {} deleted, {} turns cancelled", session.session(), cancelled.size());
        yield true;
      }
    };
  }
}
