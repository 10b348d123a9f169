package io.streamrelay.gateway.cancel;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.turn.TurnFields;
import io.streamrelay.protocol.event.TurnId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to cancel.
 *
 * @param turn this one and no other; null: whichever is active
 * @param reason for those who read it; null: none
 */
public record CancelBody(@Nullable TurnId turn, @Nullable String reason) {
  public static final Set<String> FIELDS = Set.of("turnId", "reason");

  static final CancelBody EMPTY = new CancelBody(null, null);

  private static final int MAX_REASON_CHARS = 256;

  /** Each refusal names the field. */
  public static CancelBody read(JsonFields body) {
    String reason = body.text("reason");
    if (reason != null && reason.length() > MAX_REASON_CHARS) {
      throw Problem.invalid("'reason' has more than " + MAX_REASON_CHARS + " characters")
          .exception();
    }
    return new CancelBody(TurnFields.turn(body), reason);
  }
}
