package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderErrors;
import org.jspecify.annotations.Nullable;

/** The words of OpenAI and of those that took over its format. */
public final class OpenAiErrors extends ProviderErrors {
  public OpenAiErrors(@Nullable String apiKey) {
    super(apiKey);
  }

  @Override
  protected @Nullable FailureCode byWord(String word) {
    return switch (word) {
      case "context_length_exceeded", "string_above_max_length", "context_window_exceeded" ->
          FailureCode.CONTEXT_TOO_LONG;
      case "content_filter",
          "content_policy_violation",
          "content_filtered",
          "moderation_blocked",
          "data_inspection_failed",
          "responsibleaipolicyviolation",
          "image_content_policy_violation",
          "bio_policy" ->
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
          "bad_request",
          "data_residency_mismatch" ->
          FailureCode.PROVIDER_REJECTED;
      case "cancelled" -> FailureCode.PROVIDER_TRUNCATED; // by somebody else
      default -> isAboutInput(word) ? FailureCode.PROVIDER_REJECTED : null;
    };
  }

  /** A dozen words such as {@code invalid_prompt}, {@code image_too_large}. */
  private static boolean isAboutInput(String word) {
    return word.startsWith("invalid_") || word.contains("image");
  }
}
