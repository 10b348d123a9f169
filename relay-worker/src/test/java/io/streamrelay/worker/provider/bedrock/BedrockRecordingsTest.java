package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.HttpAnswer;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.RecordingsContract;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

final class BedrockRecordingsTest extends RecordingsContract {
  BedrockRecordingsTest() {
    super("bedrock-converse");
  }

  @Override
  protected HttpAnswer answer(DeltaSink sink) {
    return new BedrockAnswer(new BedrockErrors(null), sink);
  }

  @Override
  protected Provider provider(URI baseUrl, ProviderHttpClient http) {
    return new BedrockProvider(baseUrl, () -> new BearerKey("key"), http);
  }

  @Override
  protected Usage usage(JsonNode usage) {
    return new Usage(
        count(usage.path("inputTokens")),
        count(usage.path("outputTokens")),
        count(usage.path("totalTokens")),
        null,
        null);
  }

  @Override
  protected String finish(@Nullable String raw, boolean anyToolCall) {
    return switch (Objects.requireNonNull(raw)) {
      case "end_turn" -> "stop";
      case "tool_use" -> "tool_calls";
      default -> throw new IllegalArgumentException(raw);
    };
  }

  @Override
  protected boolean isEvents() {
    return false;
  }

  @Override
  protected boolean finishes(String message) {
    return message.contains("messageStop");
  }

  /** The end of the message that stops it. */
  @Override
  protected int finishedAt(byte[] bytes) {
    int end = 0;
    int start;
    do {
      start = end;
      end += ByteBuffer.wrap(bytes).getInt(start);
    } while (!finishes(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1)));
    return end;
  }
}
