package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Maps what such a server calls an error to our codes: the one place that does. Of its words only a
 * short plain {@code code} or {@code type} goes into a message, never one that could hold the key.
 */
final class OpenAiErrors {
  private static final Pattern WORD = Pattern.compile("[a-z0-9_.-]{1,64}");

  private final @Nullable String apiKey;

  OpenAiErrors(@Nullable String apiKey) {
    this.apiKey = apiKey;
  }

  /** An answer with a status other than 2xx. */
  ProviderException refused(int status, @Nullable String retryAfter, byte[] body) {
    OpenAiError error = OpenAiError.parse(body);
    FailureCode code = code(status, error);
    return new ProviderException(
        code, "the provider answered " + status + word(error), waitFor(code, retryAfter), null);
  }

  private static @Nullable Duration waitFor(FailureCode code, @Nullable String retryAfter) {
    boolean useful =
        code == FailureCode.PROVIDER_RATE_LIMITED || code == FailureCode.PROVIDER_UNAVAILABLE;
    return useful ? RetryAfter.parse(retryAfter, Instant.now()) : null;
  }

  /** An error within an answer that began with 200. */
  ProviderException inStream(OpenAiError error) {
    int status = error.status() == null ? 0 : error.status();
    return new ProviderException(
        code(status, error), "the provider broke off with an error" + word(error));
  }

  /** A frame that can't be read. */
  ProviderException malformed() {
    return new ProviderException(
        FailureCode.PROVIDER_UNAVAILABLE, "the provider sent a frame that is not valid JSON");
  }

  private static FailureCode code(int status, OpenAiError error) {
    FailureCode byWord = byWord(error.code());
    if (byWord == null) {
      byWord = byWord(error.type());
    }
    if (byWord == FailureCode.CONTEXT_TOO_LONG || byWord == FailureCode.CONTENT_FILTERED) {
      return byWord;
    }
    if (error.aboutContext() && status < 500 && status != 429) {
      return FailureCode.CONTEXT_TOO_LONG;
    }
    FailureCode byStatus = byStatus(status);
    if (byStatus != null) {
      return byStatus;
    }
    return byWord == null ? FailureCode.PROVIDER_UNAVAILABLE : byWord;
  }

  /** Null for a status that says nothing: none, or 200. */
  private static @Nullable FailureCode byStatus(int status) {
    return switch (status) {
      case 401, 402, 403 -> FailureCode.PROVIDER_AUTH;
      case 408, 504, 524 -> FailureCode.PROVIDER_TIMEOUT;
      case 429 -> FailureCode.PROVIDER_RATE_LIMITED;
      default ->
          status >= 500
              ? FailureCode.PROVIDER_UNAVAILABLE
              : status >= 300 ? FailureCode.PROVIDER_REJECTED : null;
    };
  }

  private static @Nullable FailureCode byWord(@Nullable String word) {
    if (word == null) {
      return null;
    }
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "context_length_exceeded", "string_above_max_length", "context_window_exceeded" ->
          FailureCode.CONTEXT_TOO_LONG;
      case "content_filter",
          "content_policy_violation",
          "content_filtered",
          "moderation_blocked",
          "responsibleaipolicyviolation" ->
          FailureCode.CONTENT_FILTERED;
      case "rate_limit_exceeded", "rate_limit_error", "rate_limited", "insufficient_quota" ->
          FailureCode.PROVIDER_RATE_LIMITED;
      case "invalid_api_key", "authentication_error", "permission_error", "unauthorized" ->
          FailureCode.PROVIDER_AUTH;
      case "timeout", "timeout_error", "request_timeout" -> FailureCode.PROVIDER_TIMEOUT;
      case "invalid_request_error",
          "invalid_value",
          "model_not_found",
          "tool_use_failed",
          "not_found_error",
          "bad_request" ->
          FailureCode.PROVIDER_REJECTED;
      default -> null;
    };
  }

  private String word(OpenAiError error) {
    String word = plain(error.code()) ? error.code() : plain(error.type()) ? error.type() : null;
    return word == null ? "" : " (" + word + ")";
  }

  private boolean plain(@Nullable String word) {
    return word != null
        && WORD.matcher(word).matches()
        && (apiKey == null || !word.contains(apiKey) && !apiKey.contains(word));
  }
}
