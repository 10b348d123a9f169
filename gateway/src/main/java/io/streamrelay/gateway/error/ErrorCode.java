package io.streamrelay.gateway.error;

import java.util.Locale;

/** What went wrong, for programs: the {@code code} of a problem. A closed set, part of the API. */
public enum ErrorCode {
  INVALID_REQUEST,
  UNKNOWN_MODEL,
  UNAUTHORIZED,
  FORBIDDEN,
  NOT_FOUND,
  SESSION_BUSY,
  TOOL_RESULTS_MISMATCH,
  IDEMPOTENCY_MISMATCH,
  TOO_MANY_TURNS,
  QUEUE_FULL,
  STORE_UNAVAILABLE,
  DRAINING,
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
