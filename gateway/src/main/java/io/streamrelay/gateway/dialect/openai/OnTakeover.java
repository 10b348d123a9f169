package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.dialect.TakeoverHeader;
import jakarta.servlet.http.HttpServletRequest;

/** What becomes of a stream when its answer begins anew after some of it went out. */
enum OnTakeover {
  /** It ends with an error: chunks can't be taken back. */
  FAIL,
  /** A chunk says so, and the answer follows from its beginning. */
  RESTART;

  static OnTakeover of(HttpServletRequest request) {
    return TakeoverHeader.read(request, OnTakeover.class);
  }
}
