package io.streamrelay.worker.provider.ollama;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.HostileBytesContract;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import java.net.URI;
import java.util.List;

final class OllamaHostileBytesTest extends HostileBytesContract {
  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    return new OllamaAnswer(new OllamaErrors(null), sink);
  }

  @Override
  protected Provider provider(URI baseUrl, ProviderHttpClient http) {
    return new OllamaProvider(baseUrl, () -> null, http);
  }

  @Override
  protected byte[] frame(byte[] json) {
    return joined(json, bytes("\n"));
  }

  @Override
  protected byte[] comment() {
    return bytes("\r\n");
  }

  @Override
  protected FailureCode ofAnotherFormat() {
    return FailureCode.PROVIDER_UNAVAILABLE;
  }

  @Override
  protected String text(String text) {
    return "{\"message\":{\"role\":\"assistant\",\"content\":\"" + text + "\"},\"done\":false}";
  }

  /** They have no number. */
  @Override
  protected String call(String index, String arguments) {
    return "{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":"
        + arguments
        + "}}]}}";
  }

  @Override
  protected String finish() {
    return "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}";
  }

  @Override
  protected byte[] error() {
    return frame("{\"error\":\"something broke\"}");
  }

  @Override
  protected FailureCode errorCode() {
    return FailureCode.PROVIDER_UNAVAILABLE;
  }

  @Override
  protected List<String> numbers(String number) {
    return List.of(
        "{\"prompt_eval_count\":" + number + ",\"eval_count\":" + number + "}",
        "{\"total_duration\":" + number + "}",
        call("0", "{\"a\":" + number + "}"));
  }

  @Override
  protected String model(String model) {
    return "{\"model\":\"" + model + "\"}";
  }
}
