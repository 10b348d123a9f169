package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.RecordingsContract;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.Message;
import tools.jackson.databind.JsonNode;

final class BedrockRecordingsTest extends RecordingsContract {
  BedrockRecordingsTest() {
    super("bedrock-converse");
  }

  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    return new BedrockAnswer(new BedrockErrors(null), sink);
  }

  @Override
  protected Provider provider(URI baseUrl, ProviderHttpClient http) {
    return new BedrockProvider(baseUrl, () -> new BearerKey("key"), http);
  }

  @Override
  protected Usage usage(JsonNode usage) {
    return new Usage(
        count(usage.path("inputTokens")),
        count(usage.path("outputTokens")),
        count(usage.path("totalTokens")),
        null,
        null);
  }

  @Override
  protected String finish(@Nullable String raw, boolean anyToolCall) {
    return switch (Objects.requireNonNull(raw)) {
      case "end_turn" -> "stop";
      case "tool_use" -> "tool_calls";
      default -> throw new IllegalArgumentException(raw);
    };
  }

  @Override
  protected boolean isEvents() {
    return false;
  }

  /** Whatever the message is called. */
  @Override
  protected boolean mayFinish(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).contains("\"stopReason\"");
  }

  @Override
  protected List<byte[]> frames(byte[] bytes) {
    List<byte[]> frames = new ArrayList<>();
    int end;
    for (int start = 0; start < bytes.length; start = end) {
      end = start + ByteBuffer.wrap(bytes).getInt(start);
      frames.add(Arrays.copyOfRange(bytes, start, end));
    }
    return frames;
  }

  @Override
  protected byte[] withPayload(byte[] frame, UnaryOperator<byte[]> change) {
    Message message = Message.decode(ByteBuffer.wrap(frame));
    return Bedrock.bytes(new Message(message.getHeaders(), change.apply(message.getPayload())));
  }

  @Override
  protected boolean finishes(String message) {
    return message.contains("messageStop");
  }

  /** The end of the message that stops it. */
  @Override
  protected int finishedAt(byte[] bytes) {
    int end = 0;
    int start;
    do {
      start = end;
      end += ByteBuffer.wrap(bytes).getInt(start);
    } while (!finishes(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1)));
    return end;
  }
}
