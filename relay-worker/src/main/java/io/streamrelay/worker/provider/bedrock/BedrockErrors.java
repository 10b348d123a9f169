package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderErrors;
import org.jspecify.annotations.Nullable;

/**
 * Bedrock's exceptions, as they are called within an answer. One that comes in place of an answer
 * is named in a header only: its status says enough.
 */
final class BedrockErrors extends ProviderErrors {
  BedrockErrors(@Nullable String secret) {
    super(secret);
  }

  @Override
  protected @Nullable FailureCode byWord(String word) {
    return switch (word) {
      case "throttlingexception", "servicequotaexceededexception", "modelnotreadyexception" ->
          FailureCode.PROVIDER_RATE_LIMITED;
      case "modeltimeoutexception" -> FailureCode.PROVIDER_TIMEOUT;
      case "validationexception", "resourcenotfoundexception", "conflictexception" ->
          FailureCode.PROVIDER_REJECTED;
      case "accessdeniedexception",
          "expiredtokenexception",
          "invalidsignatureexception",
          "unrecognizedclientexception" ->
          FailureCode.PROVIDER_AUTH;
      default -> null; // modelStreamErrorException, internalServerException, …: unavailable
    };
  }
}
