package io.streamrelay.gateway.follow;

import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.sse.NativeFormat;
import io.streamrelay.gateway.dialect.sse.SseStreams;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET …/stream} of a session and of a turn. Without anything to say, now or later, 204: that
 * tells an EventSource not to come back.
 */
@RestController
final class FollowController {
  private final Beginnings beginnings;
  private final SseStreams streams;
  private final OpenStreams places;

  FollowController(Beginnings beginnings, SseStreams streams, OpenStreams places) {
    this.beginnings = beginnings;
    this.streams = streams;
    this.places = places;
  }

  @GetMapping("/api/chat/{session}/stream")
  void session(
      SessionKey session, Caller caller, HttpServletRequest request, HttpServletResponse response) {
    boolean follow = follow(request.getParameter("follow"));
    EntryId cursor = cursor(request);
    Attachment attachment = beginnings.ofSession(session, cursor, follow);
    open(attachment, caller, request, response);
  }

  @GetMapping("/api/chat/{session}/turns/{turn}/stream")
  void turn(
      SessionKey session,
      TurnId turn,
      Caller caller,
      HttpServletRequest request,
      HttpServletResponse response) {
    Attachment attachment = beginnings.ofTurn(session, turn, cursor(request));
    open(attachment, caller, request, response);
  }

  /** {@code Last-Event-ID} wins over {@code after}; what isn't a cursor is ignored. */
  private static @Nullable EntryId cursor(HttpServletRequest request) {
    EntryId header = EntryId.parseCursor(request.getHeader("Last-Event-ID"));
    return header != null ? header : EntryId.parseCursor(request.getParameter("after"));
  }

  private static boolean follow(@Nullable String follow) {
    if (follow == null || follow.equals("false")) {
      return false;
    }
    if (follow.equals("true")) {
      return true;
    }
    throw Problem.invalid("'follow' must be true or false").exception();
  }

  private void open(
      @Nullable Attachment attachment,
      Caller caller,
      HttpServletRequest request,
      HttpServletResponse response) {
    if (attachment == null) {
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    } else if (request.getMethod().equals("HEAD")) {
      response.setContentType("text/event-stream;charset=UTF-8");
    } else {
      streams.open(request, response, attachment, places.take(caller), NativeFormat.INSTANCE);
    }
  }
}
