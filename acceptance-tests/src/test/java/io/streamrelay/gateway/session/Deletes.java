package io.streamrelay.gateway.session;

import io.streamrelay.gateway.cancel.Canceller;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.SessionStore;
import java.util.function.Consumer;

/** Lets the simulation delete sessions the way the gateway does. */
public final class Deletes {
  private Deletes() {}

  public static Consumer<SessionKey> by(SessionStore sessions, Canceller canceller) {
    return new SessionDeletion(sessions, canceller)::delete;
  }
}
