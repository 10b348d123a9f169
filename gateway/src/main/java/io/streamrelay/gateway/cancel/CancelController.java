package io.streamrelay.gateway.cancel;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonBody;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.TurnStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /api/chat/{session}/cancel}, also called {@code /stop}, also in the dialect of {@code
 * useChat}.
 */
@RestController
final class CancelController {
  private static final Set<String> FIELDS = Set.of("turnId", "reason");
  private static final int MAX_REASON_CHARS = 256;

  private final JsonBody bodies;
  private final Canceller canceller;

  CancelController(JsonBody bodies, Canceller canceller) {
    this.bodies = bodies;
    this.canceller = canceller;
  }

  @PostMapping({
    "/api/chat/{session}/cancel",
    "/api/chat/{session}/stop",
    "/api/ui/chat/{session}/stop"
  })
  CancelAnswer cancel(SessionKey session, HttpServletRequest request) {
    JsonFields body = bodies.readIfAny(request, FIELDS);
    CancelResult result =
        body == null
            ? canceller.cancel(session, null, null)
            : canceller.cancel(session, turn(body), reason(body));
    return switch (result) {
      case CancelResult.Known(var turn, var status) -> new CancelAnswer(turn, status.wire());
      case CancelResult.Idle() -> new CancelAnswer(null, "idle");
      case CancelResult.NoSession() ->
          throw Problem.notFound("there is no such session").exception();
      case CancelResult.NoTurn() ->
          throw Problem.notFound("the session has no such turn").exception();
    };
  }

  private static @Nullable TurnId turn(JsonFields body) {
    String turn = body.text("turnId");
    try {
      return turn == null ? null : TurnId.parse(turn);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("'turnId' must be a turn's id").exception();
    }
  }

  private static @Nullable String reason(JsonFields body) {
    String reason = body.text("reason");
    if (reason != null && reason.length() > MAX_REASON_CHARS) {
      throw Problem.invalid("'reason' has more than " + MAX_REASON_CHARS + " characters")
          .exception();
    }
    return reason;
  }

  /**
   * @param turnId the turn that was meant; absent where the session never had one
   * @param status a {@link TurnStatus}, or {@code idle}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record CancelAnswer(@Nullable TurnId turnId, String status) {}
}
