package io.streamrelay.worker.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.HostileBytesContract;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BedrockHostileBytesTest extends HostileBytesContract {
  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    return new BedrockAnswer(new BedrockErrors(null), sink);
  }

  @Override
  protected Provider provider(URI baseUrl, ProviderHttpClient http) {
    return new BedrockProvider(baseUrl, () -> new BearerKey("key"), http);
  }

  @Override
  protected byte[] frame(byte[] json) {
    return Bedrock.message(Map.of(":message-type", "event", ":event-type", "x"), json);
  }

  @Override
  protected byte[] comment() {
    return Bedrock.message(Map.of(), "");
  }

  @Override
  protected FailureCode ofAnotherFormat() {
    return FailureCode.PROVIDER_UNAVAILABLE;
  }

  @Override
  protected String text(String text) {
    return "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + text + "\"}}";
  }

  @Override
  protected String call(String index, String arguments) {
    return "{\"contentBlockIndex\":"
        + index
        + ",\"start\":{\"toolUse\":{\"name\":\"f\",\"input\":\""
        + arguments.replace("\"", "\\\"")
        + "\"}}}";
  }

  @Override
  protected String finish() {
    return "{\"stopReason\":\"end_turn\"}";
  }

  @Override
  protected byte[] lastWord() {
    return joined(frame(finish()), Bedrock.metadata());
  }

  @Override
  protected byte[] error() {
    return Bedrock.exception("throttlingException", "{}");
  }

  @Override
  protected List<String> numbers(String number) {
    return List.of(
        "{\"usage\":{\"inputTokens\":"
            + number
            + ",\"cacheReadInputTokens\":"
            + number
            + ",\"outputTokens\":"
            + number
            + "}}",
        "{\"contentBlockIndex\":" + number + ",\"delta\":{\"text\":\"y\"}}",
        call(number, "{}"),
        "{\"metrics\":{\"latencyMs\":" + number + "}}");
  }

  /** Each begins a call, whatever its block is called. */
  @Test
  void toolCalls_ofOneBlockAreToldApart() throws Exception {
    read(
        sink,
        wholeCall("7", "{\"a\":1}"),
        wholeCall("7", "{\"b\":2}"),
        wholeCall("7", "{\"c\":3}"),
        lastWord());

    assertThat(sink.toolCalls())
        .extracting(call -> call.arguments())
        .containsExactly("{\"a\":1}", "{\"b\":2}", "{\"c\":3}");
  }

  /** It never says which. */
  @Override
  protected String model(String model) {
    return "{}";
  }
}
