package io.streamrelay.worker.provider.responses;

import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.HostileBytesContract;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.SseAnswer;
import io.streamrelay.worker.provider.openai.KeyHeader;
import io.streamrelay.worker.provider.openai.OpenAiErrors;
import java.net.URI;
import java.util.List;

final class ResponsesHostileBytesTest extends HostileBytesContract {
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
  protected String text(String text) {
    return "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\""
        + text
        + "\"}";
  }

  @Override
  protected String call(String index, String arguments) {
    return "{\"type\":\"response.output_item.done\",\"output_index\":"
        + index
        + ",\"item\":{\"type\":\"function_call\",\"name\":\"f\",\"arguments\":"
        + arguments
        + "}}";
  }

  @Override
  protected String finish() {
    return "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}";
  }

  @Override
  protected byte[] error() {
    return frame("{\"type\":\"error\",\"code\":\"rate_limit_exceeded\"}");
  }

  @Override
  protected List<String> numbers(String number) {
    return List.of(
        "{\"type\":\"response.in_progress\",\"response\":{\"usage\":{\"input_tokens\":"
            + number
            + ",\"output_tokens\":"
            + number
            + "}}}",
        "{\"type\":\"response.in_progress\",\"sequence_number\":" + number + "}",
        "{\"type\":\"response.output_text.delta\",\"output_index\":"
            + number
            + ",\"content_index\":"
            + number
            + ",\"delta\":\"y\"}",
        call(number, "{}"),
        call("0", "{\"a\":" + number + "}"));
  }

  @Override
  protected String model(String model) {
    return "{\"type\":\"response.created\",\"response\":{\"model\":\"" + model + "\"}}";
  }
}
