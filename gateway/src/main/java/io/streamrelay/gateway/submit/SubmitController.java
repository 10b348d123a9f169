package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.dialect.sse.NativeFormat;
import io.streamrelay.gateway.http.JsonBody;
import io.streamrelay.gateway.submit.Intake.Submitted;
import io.streamrelay.gateway.turn.TurnPaths;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /api/chat/{session}}: a message comes in, a turn or its stream goes out. {@code POST
 * /api/chat/start} is the same with the session's id in the body, or none: then one is made.
 */
@RestController
final class SubmitController {
  private final JsonBody bodies;
  private final Intake intake;

  SubmitController(JsonBody bodies, Intake intake) {
    this.bodies = bodies;
    this.intake = intake;
  }

  @PostMapping("/api/chat/{session}")
  @Nullable ResponseEntity<SubmittedTurn> submit(
      SessionKey session, Caller caller, HttpServletRequest request, HttpServletResponse response) {
    return intake.counted(() -> {
      String key = Intake.idempotencyKey(request);
      AddressedRequest asked =
          AddressedRequest.read(session, bodies.read(request, SubmitBody.FIELDS));
      return answer(asked, key, caller, request, response);
    });
  }

  @PostMapping("/api/chat/start")
  @Nullable ResponseEntity<SubmittedTurn> start(
      Owner owner, Caller caller, HttpServletRequest request, HttpServletResponse response) {
    return intake.counted(() -> {
      String key = Intake.idempotencyKey(request);
      AddressedRequest asked =
          AddressedRequest.read(owner, bodies.read(request, SubmitBody.FIELDS_OF_START));
      return answer(asked, key, caller, request, response);
    });
  }

  private @Nullable ResponseEntity<SubmittedTurn> answer(
      AddressedRequest asked,
      @Nullable String key,
      Caller caller,
      HttpServletRequest request,
      HttpServletResponse response) {
    if (!asked.request().stream()) {
      return accepted(intake.submit(asked, key));
    }
    intake.stream(
        caller, request, response, () -> intake.submit(asked, key), turn -> NativeFormat.INSTANCE);
    return null;
  }

  private static ResponseEntity<SubmittedTurn> accepted(Submitted turn) {
    SessionId session = turn.session().session();
    SubmittedTurn body =
        new SubmittedTurn(
            turn.turn(), session, turn.status(), TurnPaths.stream(session, turn.turn()));
    return ResponseEntity.accepted()
        .location(URI.create(TurnPaths.resource(session, turn.turn())))
        .header(Intake.SESSION, session.value())
        .body(body);
  }
}
