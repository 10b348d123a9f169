package io.streamrelay.worker.provider.anthropic;

import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.HostileBytesContract;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.SseAnswer;
import java.net.URI;
import java.util.List;

final class AnthropicHostileBytesTest extends HostileBytesContract {
  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    AnthropicErrors errors = new AnthropicErrors(null);
    return new SseAnswer(errors, new AnthropicDecoder(errors, sink));
  }

  @Override
  protected Provider provider(URI baseUrl, ProviderHttpClient http) {
    return new AnthropicProvider(baseUrl, () -> "sk-canary", http);
  }

  @Override
  protected String text(String text) {
    return "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"text\":\"" + text + "\"}}";
  }

  @Override
  protected String call(String index, String arguments) {
    return "{\"type\":\"content_block_start\",\"index\":"
        + index
        + ",\"content_block\":{\"type\":\"tool_use\",\"name\":\"f\",\"input\":"
        + arguments
        + "}}";
  }

  /** The end of its block gives the arguments. */
  @Override
  protected byte[] wholeCall(String index, String arguments) {
    return joined(
        super.wholeCall(index, arguments),
        frame("{\"type\":\"content_block_stop\",\"index\":" + index + "}"));
  }

  @Override
  protected String finish() {
    return "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}";
  }

  @Override
  protected byte[] lastWord() {
    return joined(frame(finish()), frame("{\"type\":\"message_stop\"}"));
  }

  @Override
  protected byte[] error() {
    return frame("{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\"}}");
  }

  @Override
  protected List<String> numbers(String number) {
    return List.of(
        "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"input_tokens\":"
            + number
            + ",\"cache_read_input_tokens\":"
            + number
            + ",\"output_tokens\":"
            + number
            + "}}",
        "{\"type\":\"content_block_stop\",\"index\":" + number + "}",
        call(number, "{}"),
        call("0", "{\"a\":" + number + "}"));
  }

  @Override
  protected String model(String model) {
    return "{\"type\":\"message_start\",\"message\":{\"model\":\"" + model + "\"}}";
  }
}
