package io.streamrelay.gateway.dialect.uimessage;

import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import jakarta.servlet.http.HttpServletRequest;

/** How a client is told that what an attempt said so far doesn't count, since another took over. */
enum OnTakeover {
  /** By {@code reset-step}, which drops it. Clients before version 7 of the AI SDK fail at it. */
  RESET,
  /** By a data part, which every client takes, and the application has to act upon. */
  MARK;

  static final String HEADER = "X-Relay-On-Takeover";

  /** What the header asks for; a problem if it can't be. */
  static OnTakeover of(HttpServletRequest request) {
    String asked = request.getHeader(HEADER);
    if (asked == null || asked.equals("reset")) {
      return RESET;
    }
    if (asked.equals("mark")) {
      return MARK;
    }
    throw Problem.invalid(
            "'%s' must be 'reset' or 'mark', not ".formatted(HEADER) + Excerpt.of(asked))
        .exception();
  }
}
