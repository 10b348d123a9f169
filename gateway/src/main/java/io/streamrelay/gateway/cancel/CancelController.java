package io.streamrelay.gateway.cancel;

import io.streamrelay.gateway.http.JsonBody;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.session.SessionKey;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /api/chat/{session}/cancel}, also called {@code /stop}, also in the dialect of {@code
 * useChat}.
 */
@RestController
final class CancelController {
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
    JsonFields body = bodies.readIfAny(request, CancelBody.FIELDS);
    CancelBody asked = body == null ? CancelBody.EMPTY : CancelBody.read(body);
    return canceller.cancel(session, asked);
  }
}
