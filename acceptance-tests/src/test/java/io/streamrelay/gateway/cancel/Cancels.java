package io.streamrelay.gateway.cancel;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ControlPush;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnStore;
import java.util.function.BiConsumer;

/** Lets the simulation cancel turns the way the gateway does. */
public final class Cancels {
  private Cancels() {}

  public static BiConsumer<SessionKey, TurnId> by(
      TurnStore turns, TurnReader reader, SessionStream streams, ControlPush control) {
    Canceller canceller =
        new Canceller(turns, reader, new Completion(turns, streams), control, () -> {});
    return (session, turn) -> canceller.cancel(session, turn, null);
  }
}
