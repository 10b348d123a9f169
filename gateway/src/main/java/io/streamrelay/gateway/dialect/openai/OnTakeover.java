package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.error.Problem;
import jakarta.servlet.http.HttpServletRequest;

/** What becomes of a stream when its answer begins anew after some of it went out. */
enum OnTakeover {
  /** It ends with an error: chunks can't be taken back. */
  FAIL,
  /** A chunk says so, and the answer follows from its beginning. */
  RESTART;

  private static final String HEADER = "x-relay-on-takeover";

  static OnTakeover of(HttpServletRequest request) {
    String asked = request.getHeader(HEADER);
    if (asked == null) {
      return FAIL;
    }
    return switch (asked) {
      case "fail" -> FAIL;
      case "restart" -> RESTART;
      default -> throw Problem.invalid("'" + HEADER + "' must be 'fail' or 'restart'").exception();
    };
  }
}
