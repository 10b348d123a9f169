package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.worker.provider.AnswerBenchmark;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** Bedrock's binary frames, checksums and padding included. */
public class BedrockBenchmark extends AnswerBenchmark {
  public BedrockBenchmark() {
    super("application/vnd.amazon.eventstream", stream());
  }

  private static byte[] stream() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    frame(bytes, "messageStart", "{\"p\":\"abcdefghijklmnop\",\"role\":\"assistant\"}");
    for (int i = 0; i < FRAMES; i++) {
      frame(
          bytes,
          "contentBlockDelta",
          "{\"contentBlockIndex\":0,\"delta\":{\"text\":\" word\"},\"p\":\"abcdefghijklmnopqrstuvwxyz\"}");
    }
    frame(bytes, "contentBlockStop", "{\"contentBlockIndex\":0,\"p\":\"abc\"}");
    frame(bytes, "messageStop", "{\"p\":\"abcdef\",\"stopReason\":\"end_turn\"}");
    frame(
        bytes,
        "metadata",
        "{\"metrics\":{\"latencyMs\":500},\"usage\":{\"inputTokens\":15,\"outputTokens\":200,"
            + "\"totalTokens\":215}}");
    return bytes.toByteArray();
  }

  private static void frame(ByteArrayOutputStream bytes, String event, String json) {
    Map<String, HeaderValue> headers =
        Map.of(
            ":event-type", HeaderValue.fromString(event),
            ":content-type", HeaderValue.fromString("application/json"),
            ":message-type", HeaderValue.fromString("event"));
    new Message(headers, utf8(json)).encode(bytes);
  }

  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    return new BedrockAnswer(new BedrockErrors(null), sink);
  }
}
