package io.streamrelay.worker.provider.anthropic;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderErrors;
import org.jspecify.annotations.Nullable;

/** Anthropic's words. An overloaded server says so with status 529, or within an answer. */
final class AnthropicErrors extends ProviderErrors {
  AnthropicErrors(@Nullable String apiKey) {
    super(apiKey);
  }

  @Override
  protected @Nullable FailureCode byWord(String word) {
    return switch (word) {
      case "overloaded_error", "api_error" -> FailureCode.PROVIDER_UNAVAILABLE;
      case "rate_limit_error" -> FailureCode.PROVIDER_RATE_LIMITED;
      case "authentication_error", "permission_error", "billing_error" -> FailureCode.PROVIDER_AUTH;
      case "timeout_error" -> FailureCode.PROVIDER_TIMEOUT;
      case "invalid_request_error", "not_found_error", "request_too_large" ->
          FailureCode.PROVIDER_REJECTED;
      default -> null;
    };
  }
}
