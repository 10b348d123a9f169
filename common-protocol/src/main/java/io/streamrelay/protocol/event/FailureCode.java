package io.streamrelay.protocol.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a turn failed: on the wire, in logs and as metric tag the same word. */
public enum FailureCode {
  /** The provider can't be reached, is out of order, or isn't asked since its circuit is open. */
  PROVIDER_UNAVAILABLE(true),
  /** The provider refuses the request as it is, such as a parameter it doesn't know. */
  PROVIDER_REJECTED(false),
  /** The provider doesn't take our key, or the account may not use the model. */
  PROVIDER_AUTH(false),
  /** The provider has had too many requests of us, or the quota is used up. */
  PROVIDER_RATE_LIMITED(true),
  /** The provider kept us waiting for a connection or for a token. */
  PROVIDER_TIMEOUT(true),
  /** The answer broke off without a finish reason. */
  PROVIDER_TRUNCATED(true),
  /** The provider doesn't answer this, by its policy. */
  CONTENT_FILTERED(false),
  /** Prompt and history are more than the model takes. */
  CONTEXT_TOO_LONG(false),
  /** The answer grew beyond what a turn may hold. */
  OUTPUT_LIMIT(false),
  /** The turn's deadline passed, time in the queue included. */
  DEADLINE_EXCEEDED(true),
  /** The last attempt that a turn has was lost with its worker. */
  ATTEMPTS_EXHAUSTED(true),
  /** The answer broke off with its worker, and isn't begun anew. */
  INTERRUPTED(true),
  /** A fault of ours. */
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
