package io.streamrelay.gateway.dialect.websocket;

import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.caller.SocketOrigins;
import io.streamrelay.gateway.dialect.StreamPlace;
import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /ws/chat}: becomes a socket once all that can be refused was asked. */
@RestController
final class SocketController {
  private final SocketOrigins origins;
  private final OpenSockets places;
  private final ChatSockets sockets;
  private final Upgrades upgrades;

  SocketController(
      SocketOrigins origins, OpenSockets places, ChatSockets sockets, Upgrades upgrades) {
    this.origins = origins;
    this.places = places;
    this.sockets = sockets;
    this.upgrades = upgrades;
  }

  @GetMapping("/ws/chat")
  void open(Caller caller, HttpServletRequest request, HttpServletResponse response) {
    origins.check(request);
    StreamPlace place = places.take(caller);
    ChatSocket socket = sockets.make(caller, place);
    boolean upgraded = false;
    try {
      upgraded = upgrades.upgrade(socket, request, response);
    } finally {
      if (!upgraded) {
        sockets.giveUp(socket);
      }
    }
    if (!upgraded) {
      throw new Problem(
              426,
              ErrorCode.INVALID_REQUEST,
              "this is a WebSocket: ask for it by HTTP/1.1 with 'Upgrade: websocket',"
                  + " 'Connection: Upgrade' and 'Sec-WebSocket-Version: 13'")
          .withHeader("Upgrade", "websocket")
          .withHeader("Sec-WebSocket-Version", "13")
          .exception();
    }
  }
}
