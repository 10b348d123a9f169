package io.streamrelay.worker.provider.ollama;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderErrors;
import org.jspecify.annotations.Nullable;

/** Ollama has no words for its errors, only sentences: the status says what can be known. */
final class OllamaErrors extends ProviderErrors {
  OllamaErrors(@Nullable String apiKey) {
    super(apiKey);
  }

  @Override
  protected @Nullable FailureCode byWord(String word) {
    return null;
  }
}
