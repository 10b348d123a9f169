package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.dialect.TakeoverHeader;
import jakarta.servlet.http.HttpServletRequest;

/** What becomes of a stream when its answer begins anew after some of it went out. */
enum OnTakeover {
  /** It ends with an error: events can't be taken back. */
  FAIL,
  /** Open items are closed as incomplete, an event says so, and the new answer's items follow. */
  RESTART;

  static OnTakeover of(HttpServletRequest request) {
    return TakeoverHeader.read(request, OnTakeover.class);
  }
}
