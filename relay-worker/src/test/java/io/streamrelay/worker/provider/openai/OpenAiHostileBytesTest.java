package io.streamrelay.worker.provider.openai;

import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.HostileBytesContract;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.SseAnswer;
import java.net.URI;
import java.util.List;

final class OpenAiHostileBytesTest extends HostileBytesContract {
  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    OpenAiErrors errors = new OpenAiErrors(null);
    return new SseAnswer(errors, new OpenAiChatDecoder(errors, sink));
  }

  @Override
  protected Provider provider(URI baseUrl, ProviderHttpClient http) {
    return new OpenAiChatProvider(baseUrl, () -> OpenAi.KEY, OpenAiQuirks.of(baseUrl), http);
  }

  @Override
  protected String text(String text) {
    return delta("\"content\":\"" + text + "\"");
  }

  private static String delta(String delta) {
    return "{\"choices\":[{\"index\":0,\"delta\":{" + delta + "}}]}";
  }

  @Override
  protected String call(String index, String arguments) {
    return call(index, "{\"name\":\"f\",\"arguments\":" + arguments + "}", "");
  }

  private static String call(String index, String function, String rest) {
    return delta("\"tool_calls\":[{\"index\":" + index + ",\"function\":" + function + rest + "}]");
  }

  @Override
  protected String finish() {
    return "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}";
  }

  @Override
  protected byte[] lastWord() {
    return joined(frame(finish()), bytes("data: [DONE]\n\n"));
  }

  @Override
  protected List<String> numbers(String number) {
    return List.of(
        "{\"usage\":{\"prompt_tokens\":" + number + ",\"completion_tokens\":" + number + "}}",
        "{\"x_groq\":{\"usage\":{\"total_tokens\":" + number + "}}}",
        "{\"choices\":[{\"index\":"
            + number
            + ",\"delta\":{\"content\":\"y\"}}],\"created\":"
            + number
            + "}",
        call(number, "{\"name\":\"f\",\"arguments\":\"{}\"}", ""),
        call("0", "{\"a\":" + number + "}"));
  }

  @Override
  protected String model(String model) {
    return "{\"id\":\"" + model + "\",\"model\":\"" + model + "\",\"choices\":[]}";
  }
}
