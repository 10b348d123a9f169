package io.streamrelay.gateway.error;

import java.util.Locale;

/** What went wrong, for programs: the {@code code} of a problem. A closed set, part of the API. */
public enum ErrorCode {
  /** The request can't be understood, or breaks a rule that the detail names. */
  INVALID_REQUEST,
  /** There is no model of that name; {@code models} lists those there are. */
  UNKNOWN_MODEL,
  /** No API key, or not one that is known and good. */
  UNAUTHORIZED,
  /** Not for this caller: acting for users, administration, or dev mode asked from elsewhere. */
  FORBIDDEN,
  /** No such route, or the caller has no such session, turn or message. */
  NOT_FOUND,
  /** The session has a turn that still runs: {@code turnId}, {@code streamUrl}. */
  SESSION_BUSY,
  /** The tool results don't answer the calls of the session's last answer, or some are missing. */
  TOOL_RESULTS_MISMATCH,
  /** The idempotency key stands for another body or session. */
  IDEMPOTENCY_MISMATCH,
  /**
   * The caller has as many turns under way as it may have; come again after {@code Retry-After}.
   */
  TOO_MANY_TURNS,
  /**
   * The caller, or with 503 the gateway, has as many streams open as it may have; or the caller
   * makes tokens for more.
   */
  TOO_MANY_STREAMS,
  /** As many jobs wait in the lane as may; nothing was accepted. */
  QUEUE_FULL,
  /** PostgreSQL or Redis doesn't answer for now. */
  STORE_UNAVAILABLE,
  /** This gateway is stopping; another one, or this one again, takes it. */
  DRAINING,
  /** A fault of ours. */
  INTERNAL;

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The code of an answer that only has a status. */
  static ErrorCode of(int status) {
    return switch (status) {
      case 401 -> UNAUTHORIZED;
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 503 -> STORE_UNAVAILABLE;
      default -> status < 500 ? INVALID_REQUEST : INTERNAL;
    };
  }
}
