package io.streamrelay.gateway.turn;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;

/** Where a turn is found. Ids are made of characters that stand for themselves in a path. */
public final class TurnPaths {
  private TurnPaths() {}

  public static String resource(SessionId session, TurnId turn) {
    return "/api/chat/" + session + "/turns/" + turn;
  }

  public static String stream(SessionId session, TurnId turn) {
    return resource(session, turn) + "/stream";
  }
}
