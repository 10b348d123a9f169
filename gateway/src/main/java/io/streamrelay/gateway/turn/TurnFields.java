package io.streamrelay.gateway.turn;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.event.TurnId;
import org.jspecify.annotations.Nullable;

/** Reads {@code turnId}. */
public final class TurnFields {
  private TurnFields() {}

  /** Null if the body names none. */
  public static @Nullable TurnId turn(JsonFields body) {
    String turn = body.text("turnId");
    try {
      return turn == null ? null : TurnId.parse(turn);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("'turnId' must be a turn's id").exception();
    }
  }
}
