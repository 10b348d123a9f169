package io.streamrelay.gateway.dialect.websocket;

import io.streamrelay.gateway.tail.CloseReason;

/** Why a socket was closed: the code on the wire, and a metric tag. A closed set. */
enum CloseCode {
  NORMAL(1000, CloseReason.DISCONNECTED),
  GOING_AWAY(1001, CloseReason.DISCONNECTED),
  /** RFC 6455 was broken. */
  PROTOCOL(1002, CloseReason.DISCONNECTED),
  /** A binary message. */
  BINARY(1003, CloseReason.DISCONNECTED),
  /** No close frame came; never sent. */
  LOST(1006, CloseReason.DISCONNECTED),
  /** Text that isn't UTF-8. */
  BAD_TEXT(1007, CloseReason.DISCONNECTED),
  /** Too many messages, or too many that can't be understood. */
  POLICY(1008, CloseReason.DISCONNECTED),
  /** A frame or message above its bound. */
  TOO_BIG(1009, CloseReason.DISCONNECTED),
  /** A fault of ours. */
  INTERNAL(1011, CloseReason.FAILED),
  /** The gateway drains: come back. */
  RESTART(1012, CloseReason.DRAINING),
  /** Its key was revoked. */
  REVOKED(4401, CloseReason.REVOKED),
  /** It took too long to read, or to answer a ping. */
  SLOW(4408, CloseReason.SLOW),
  /** Whatever else a client says. */
  OTHER(-1, CloseReason.DISCONNECTED);

  private final int number;
  private final CloseReason reason;

  CloseCode(int number, CloseReason reason) {
    this.number = number;
    this.reason = reason;
  }

  static CloseCode of(int number) {
    for (CloseCode code : values()) {
      if (code.number == number) {
        return code;
      }
    }
    return OTHER;
  }

  int number() {
    return number;
  }

  /** What its subscriptions' readers are closed for. */
  CloseReason reason() {
    return reason;
  }

  String wire() {
    return this == OTHER ? "other" : Integer.toString(number);
  }
}
