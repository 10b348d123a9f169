package io.streamrelay.gateway.dialect.uimessage;

import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.sse.SseStreams;
import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.ProblemException;
import io.streamrelay.gateway.follow.Positions;
import io.streamrelay.gateway.http.JsonBody;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.Intake;
import io.streamrelay.gateway.submit.RequestHash;
import io.streamrelay.gateway.submit.SubmitRequest;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.session.SessionKey;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /api/ui/chat}, as the AI SDK's {@code DefaultChatTransport} asks: messages come in, the
 * turn's stream goes out; {@code GET …/stream} is the running turn from its first chunk. To stop is
 * to cancel, as everywhere.
 */
@RestController
final class UiMessageController {
  private static final String VERSION_HEADER = "x-vercel-ai-ui-message-stream";
  private static final String VERSION = "v1";

  private final JsonBody bodies;
  private final Intake intake;
  private final Positions positions;
  private final SseStreams streams;
  private final OpenStreams places;

  UiMessageController(
      JsonBody bodies, Intake intake, Positions positions, SseStreams streams, OpenStreams places) {
    this.bodies = bodies;
    this.intake = intake;
    this.positions = positions;
    this.streams = streams;
    this.places = places;
  }

  @PostMapping("/api/ui/chat")
  void chat(Owner owner, Caller caller, HttpServletRequest request, HttpServletResponse response) {
    intake.<@Nullable Void>counted(() -> {
      String key = Intake.idempotencyKey(request);
      OnTakeover onTakeover = OnTakeover.of(request);
      JsonFields body = bodies.read(request, UiChatBody.FIELDS);
      SessionKey session = new SessionKey(owner, UiChatBody.session(body));
      SubmitRequest asked = UiChatBody.read(body);
      String hash = RequestHash.of(session.session(), asked);
      intake.stream(
          caller,
          request,
          response,
          () -> intake.submit(session, asked, key, hash),
          turn -> format(onTakeover, false, response));
      return null;
    });
  }

  /**
   * Also of a session that isn't there 204: a client that wants to resume doesn't know whether
   * there is anything yet.
   */
  @GetMapping("/api/ui/chat/{session}/stream")
  void resume(
      SessionKey session, Caller caller, HttpServletRequest request, HttpServletResponse response) {
    OnTakeover onTakeover = OnTakeover.of(request);
    Attachment active = active(session);
    if (active == null) {
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    } else if (request.getMethod().equals("HEAD")) {
      response.setContentType("text/event-stream;charset=UTF-8");
    } else {
      streams.open(
          request, response, active, places.take(caller), format(onTakeover, true, response));
    }
  }

  private @Nullable Attachment active(SessionKey session) {
    try {
      return positions.ofSession(session, null, false);
    } catch (ProblemException e) {
      if (e.problem().code() == ErrorCode.NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  private static UiMessageFormat format(
      OnTakeover onTakeover, boolean resumes, HttpServletResponse response) {
    response.setHeader(VERSION_HEADER, VERSION);
    return new UiMessageFormat(onTakeover, resumes);
  }
}
