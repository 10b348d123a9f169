package io.streamrelay.worker.provider.gemini;

import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.HostileBytesContract;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.SseAnswer;
import java.net.URI;
import java.util.List;

final class GeminiHostileBytesTest extends HostileBytesContract {
  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    GeminiErrors errors = new GeminiErrors(null);
    return new SseAnswer(errors, new GeminiDecoder(errors, sink));
  }

  @Override
  protected Provider provider(URI baseUrl, ProviderHttpClient http) {
    return new GeminiProvider(baseUrl, () -> "sk-canary", http);
  }

  @Override
  protected String text(String text) {
    return part("\"text\":\"" + text + "\"");
  }

  private static String part(String part) {
    return "{\"candidates\":[{\"content\":{\"parts\":[{" + part + "}]}}]}";
  }

  /** They have no number. */
  @Override
  protected String call(String index, String arguments) {
    return part("\"functionCall\":{\"name\":\"f\",\"args\":" + arguments + "}");
  }

  @Override
  protected String finish() {
    return "{\"candidates\":[{\"finishReason\":\"STOP\"}]}";
  }

  /** But the end of the body. */
  @Override
  protected boolean hasLastWord() {
    return false;
  }

  @Override
  protected List<String> numbers(String number) {
    return List.of(
        "{\"usageMetadata\":{\"promptTokenCount\":"
            + number
            + ",\"thoughtsTokenCount\":"
            + number
            + ",\"candidatesTokenCount\":"
            + number
            + "}}",
        "{\"candidates\":[{\"index\":" + number + "}]}",
        call("0", "{\"a\":" + number + "}"),
        part(
            "\"functionCall\":{\"name\":\"f\",\"partialArgs\":[{\"jsonPath\":\"$.a[0].b\","
                + "\"numberValue\":"
                + number
                + "}]}"));
  }

  @Override
  protected String model(String model) {
    return "{\"modelVersion\":\"" + model + "\"}";
  }
}
