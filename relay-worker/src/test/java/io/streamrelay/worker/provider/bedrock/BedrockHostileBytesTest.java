package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.HostileBytesContract;
import io.streamrelay.worker.provider.HttpAnswer;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import java.net.URI;
import java.util.List;
import java.util.Map;

final class BedrockHostileBytesTest extends HostileBytesContract {
  @Override
  protected HttpAnswer answer(DeltaSink sink) {
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

  /** It never says which. */
  @Override
  protected String model(String model) {
    return "{}";
  }
}
