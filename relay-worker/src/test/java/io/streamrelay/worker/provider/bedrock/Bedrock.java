package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.Assertions;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** Messages as Bedrock sends them, for tests. */
final class Bedrock {
  private Bedrock() {}

  static byte[] event(String type, String json) {
    return message(Map.of(":message-type", "event", ":event-type", type), json);
  }

  static byte[] exception(String type, String json) {
    return message(Map.of(":message-type", "exception", ":exception-type", type), json);
  }

  static byte[] message(Map<String, String> headers, String payload) {
    return message(headers, payload.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] message(Map<String, String> headers, byte[] payload) {
    Map<String, HeaderValue> values = new HashMap<>();
    headers.forEach((name, value) -> values.put(name, HeaderValue.fromString(value)));
    return bytes(new Message(values, payload));
  }

  static byte[] bytes(Message message) {
    ByteBuffer buffer = message.toByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  static byte[] text(String text) {
    return event(
        "contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + text + "\"}}");
  }

  static byte[] stop(String reason) {
    return event("messageStop", "{\"stopReason\":\"" + reason + "\"}");
  }

  static byte[] metadata() {
    return event("metadata", "{\"usage\":{\"inputTokens\":1,\"outputTokens\":2}}");
  }

  static BedrockAnswer answer(CollectingSink sink, byte[]... messages) throws ProviderException {
    BedrockAnswer answer = new BedrockAnswer(new BedrockErrors(null), sink);
    answer.begin("application/vnd.amazon.eventstream");
    for (byte[] message : messages) {
      answer.bytes(message);
    }
    return answer;
  }

  /** The code and message that the messages end with. */
  static ProviderException failure(byte[]... messages) {
    return Assertions.catchThrowableOfType(
        ProviderException.class,
        () -> {
          BedrockAnswer answer = answer(new CollectingSink(), messages);
          answer.end();
          answer.reply();
        });
  }

  static FailureCode code(byte[]... messages) {
    return failure(messages).code();
  }
}
