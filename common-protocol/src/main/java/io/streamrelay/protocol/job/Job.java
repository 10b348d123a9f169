package io.streamrelay.protocol.job;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.trace.Traceparent;
import org.jspecify.annotations.Nullable;

/**
 * Work for one turn: ids only, everything else is in PostgreSQL.
 *
 * @param traceparent of the submit; null if there is none
 */
public record Job(TurnId turn, SessionKey session, Lane lane, @Nullable Traceparent traceparent) {
  /** Version of the entry's fields; a job of a newer one is left to newer workers. */
  public static final int VERSION = 1;
}
