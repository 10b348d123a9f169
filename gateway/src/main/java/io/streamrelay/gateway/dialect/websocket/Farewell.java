package io.streamrelay.gateway.dialect.websocket;

import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;

/**
 * A close frame after which the socket is read until its client answers, as RFC 6455 section 7.1.1
 * has it. Jetty would end the connection with the frame for every code it holds for a failure, and
 * a connection that ends with something unread is reset: the client might never read the code.
 */
final class Farewell extends Frame implements CloseStatus.Supplier {
  private static final CloseStatus ORDINARY = new CloseStatus(CloseStatus.NORMAL);

  Farewell(CloseStatus status) {
    super(OpCode.CLOSE, true, CloseStatus.asPayloadBuffer(status.getCode(), status.getReason()));
  }

  /** What Jetty goes by. */
  @Override
  public CloseStatus getCloseStatus() {
    return ORDINARY;
  }
}
