package io.streamrelay.protocol.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a turn failed: on the wire, in logs and as metric tag the same word. */
public enum FailureCode {
  PROVIDER_UNAVAILABLE(true),
  PROVIDER_REJECTED(false),
  PROVIDER_AUTH(false),
  PROVIDER_RATE_LIMITED(true),
  PROVIDER_TIMEOUT(true),
  PROVIDER_TRUNCATED(true),
  CONTENT_FILTERED(false),
  CONTEXT_TOO_LONG(false),
  OUTPUT_LIMIT(false),
  DEADLINE_EXCEEDED(true),
  ATTEMPTS_EXHAUSTED(true),
  INTERRUPTED(true),
  INTERNAL(true);

  private final boolean retryable;

  FailureCode(boolean retryable) {
    this.retryable = retryable;
  }

  /** Whether the same turn, submitted again, may well succeed. */
  public boolean retryable() {
    return retryable;
  }

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A word of a newer version becomes {@link #INTERNAL}. */
  @JsonCreator
  public static FailureCode of(String wire) {
    for (FailureCode code : values()) {
      if (code.wire().equals(wire)) {
        return code;
      }
    }
    return INTERNAL;
  }
}
