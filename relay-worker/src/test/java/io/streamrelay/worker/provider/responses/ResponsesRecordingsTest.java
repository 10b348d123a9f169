package io.streamrelay.worker.provider.responses;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.RecordingsContract;
import io.streamrelay.worker.provider.SseAnswer;
import io.streamrelay.worker.provider.openai.KeyHeader;
import io.streamrelay.worker.provider.openai.OpenAiErrors;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

final class ResponsesRecordingsTest extends RecordingsContract {
  ResponsesRecordingsTest() {
    super("openai-responses");
  }

  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    OpenAiErrors errors = new OpenAiErrors(null);
    return new SseAnswer(errors, new ResponsesDecoder(errors, sink, false));
  }

  @Override
  protected Provider provider(URI baseUrl, ProviderHttpClient http) {
    return new ResponsesProvider(baseUrl, () -> "sk-canary", KeyHeader.AUTHORIZATION, false, http);
  }

  @Override
  protected Usage usage(JsonNode usage) {
    return new Usage(
        count(usage.path("input_tokens")),
        count(usage.path("output_tokens")),
        count(usage.path("total_tokens")),
        count(usage.path("input_tokens_details").path("cached_tokens")),
        count(usage.path("output_tokens_details").path("reasoning_tokens")));
  }

  @Override
  protected String finish(@Nullable String raw, boolean anyToolCall) {
    return anyToolCall ? "tool_calls" : "stop";
  }

  /** One is a cutting without the answer's end: however much of it came, it isn't finished. */
  @Override
  protected @Nullable String error(JsonNode expect) {
    return expect.get("finish").isNull() ? "provider_truncated" : null;
  }

  /** The type may stand beside the data, and some servers call it by other names. */
  @Override
  protected boolean mayFinish(byte[] bytes) {
    return Pattern.compile("response\\.(completed|incomplete|done)")
        .matcher(new String(bytes, StandardCharsets.ISO_8859_1))
        .find();
  }

  @Override
  protected boolean finishes(String line) {
    return line.startsWith("data:") && line.contains("\"type\":\"response.completed\"");
  }
}
