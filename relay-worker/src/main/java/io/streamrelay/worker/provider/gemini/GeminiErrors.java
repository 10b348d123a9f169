package io.streamrelay.worker.provider.gemini;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderError;
import io.streamrelay.worker.provider.ProviderErrors;
import io.streamrelay.worker.provider.ProviderException;
import org.jspecify.annotations.Nullable;

/** Google's words. A wrong key is refused with 400, and only a detail says why. */
final class GeminiErrors extends ProviderErrors {
  GeminiErrors(@Nullable String apiKey) {
    super(apiKey);
  }

  @Override
  protected @Nullable FailureCode byWord(String word) {
    return switch (word) {
      case "api_key_invalid", "unauthenticated", "permission_denied" -> FailureCode.PROVIDER_AUTH;
      case "resource_exhausted" -> FailureCode.PROVIDER_RATE_LIMITED;
      case "unavailable", "internal" -> FailureCode.PROVIDER_UNAVAILABLE;
      case "deadline_exceeded" -> FailureCode.PROVIDER_TIMEOUT;
      case "invalid_argument", "not_found", "failed_precondition", "out_of_range" ->
          FailureCode.PROVIDER_REJECTED;
      default -> null;
    };
  }

  /** The prompt isn't answered, by policy. */
  ProviderException blocked(String reason) {
    return new ProviderException(
        FailureCode.CONTENT_FILTERED,
        "the provider doesn't take the prompt" + word(ProviderError.of(reason)));
  }
}
