package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.error.OpenAiError;
import io.streamrelay.protocol.event.FailureCode;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no answer, or no more of it, in OpenAI's words.
 *
 * @param status of an answer that hasn't begun
 * @param again whether the same request may well succeed now
 */
record TurnFailure(int status, OpenAiError error, boolean again) {
  static TurnFailure of(FailureCode code, String message) {
    int status =
        switch (code) {
          case PROVIDER_REJECTED, CONTENT_FILTERED, CONTEXT_TOO_LONG -> 400;
          case PROVIDER_RATE_LIMITED -> 429;
          case OUTPUT_LIMIT, INTERNAL -> 500;
          case PROVIDER_AUTH, PROVIDER_TRUNCATED -> 502;
          case PROVIDER_UNAVAILABLE, ATTEMPTS_EXHAUSTED, INTERRUPTED -> 503;
          case PROVIDER_TIMEOUT, DEADLINE_EXCEEDED -> 504;
        };
    String word =
        switch (code) {
          case CONTENT_FILTERED -> "content_filter";
          case CONTEXT_TOO_LONG -> "context_length_exceeded";
          case PROVIDER_RATE_LIMITED -> "rate_limit_exceeded";
          default -> code.wire();
        };
    return new TurnFailure(status, OpenAiError.of(status, word, message), code.retryable());
  }

  static TurnFailure cancelled(@Nullable String reason) {
    String message = "the turn was cancelled" + (reason == null ? "" : ": " + reason);
    return new TurnFailure(409, OpenAiError.of(409, "cancelled", message), false);
  }

  /** The turn goes on, but not for this reader. */
  static TurnFailure left(String code, String message) {
    return new TurnFailure(503, OpenAiError.of(503, code, message), true);
  }
}
