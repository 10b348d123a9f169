package io.streamrelay.gateway.follow;

import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.turn.TurnReader;

/** Lets the simulation's readers begin where the gateway's do. */
public final class Begins {
  private Begins() {}

  public static Positions by(TurnReader turns, SessionStream streams) {
    return new Positions(turns, new LiveStreams(streams));
  }
}
