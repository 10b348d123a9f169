package io.streamrelay.gateway.dialect.uimessage;

import io.streamrelay.gateway.dialect.TakeoverHeader;
import jakarta.servlet.http.HttpServletRequest;

/** How a client is told that what an attempt said so far doesn't count, since another took over. */
enum OnTakeover {
  /** By {@code reset-step}, which drops it. Clients before version 7 of the AI SDK fail at it. */
  RESET,
  /** By a data part, which every client takes, and the application has to act upon. */
  MARK;

  static OnTakeover of(HttpServletRequest request) {
    return TakeoverHeader.read(request, OnTakeover.class);
  }
}
