package io.streamrelay.worker.provider.ollama;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.RecordingsContract;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

final class OllamaRecordingsTest extends RecordingsContract {
  OllamaRecordingsTest() {
    super("ollama-chat");
  }

  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    return new OllamaAnswer(new OllamaErrors(null), sink);
  }

  @Override
  protected Provider provider(URI baseUrl, ProviderHttpClient http) {
    return new OllamaProvider(baseUrl, () -> null, http);
  }

  @Override
  protected Usage usage(JsonNode usage) {
    return new Usage(
        count(usage.path("prompt_eval_count")), count(usage.path("eval_count")), null, null, null);
  }

  @Override
  protected String finish(@Nullable String raw, boolean anyToolCall) {
    return Objects.requireNonNull(raw);
  }

  @Override
  protected boolean isEvents() {
    return false;
  }

  @Override
  protected boolean finishes(String line) {
    return line.contains("\"done\":true");
  }
}
