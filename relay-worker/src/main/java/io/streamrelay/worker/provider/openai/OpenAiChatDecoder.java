package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameDecoder;
import io.streamrelay.worker.provider.ProviderError;
import io.streamrelay.worker.provider.ProviderErrors;
import io.streamrelay.worker.provider.ProviderException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * Makes deltas of the frames of a chat completion. A finish reason or {@code [DONE]} finishes it.
 *
 * <p>Not thread-safe: used by one thread at a time.
 */
final class OpenAiChatDecoder extends FrameDecoder {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final OpenAiChatFrame frame = new OpenAiChatFrame();
  private boolean anyChoice;

  OpenAiChatDecoder(ProviderErrors errors, DeltaSink sink) {
    super(errors, sink);
  }

  @Override
  protected boolean isLastWord(byte[] data, int start, int end) {
    return Arrays.equals(data, start, end, DONE, 0, DONE.length);
  }

  @Override
  protected boolean read(JsonParser json, @Nullable String name) {
    return frame.read(json, "error".equals(name));
  }

  @Override
  protected void apply() throws ProviderException {
    reasoning(frame.reasoning());
    text(frame.text());
    frame.toolCalls().forEach(this::toolCall);
    usage(frame.usage());
    says(frame.model(), frame.id());
    anyChoice |= frame.anyChoice();
    if (frame.error() != null) {
      throw fails(frame.error());
    }
    if (frame.finishReason() != null) {
      finishes(frame.finishReason());
      if (isBreakOff(frame.finishReason())) {
        throw fails(ProviderError.UNKNOWN);
      }
    }
  }

  /** Whether the server says by it that it couldn't go on. */
  private static boolean isBreakOff(String finishReason) {
    return finishReason.equals("error") || finishReason.equals("insufficient_system_resource");
  }

  @Override
  public boolean finished() {
    return rawFinish() != null || complete() && anyChoice;
  }

  @Override
  protected FinishReason finishReason() {
    String raw = rawFinish();
    if (raw == null) {
      return anyToolCall() ? FinishReason.TOOL_CALLS : FinishReason.STOP;
    }
    return switch (raw.toLowerCase(Locale.ROOT)) {
      case "stop", "eos", "eos_token", "end_turn", "stop_sequence" -> FinishReason.STOP;
      case "length", "max_tokens", "model_length" -> FinishReason.LENGTH;
      case "tool_calls", "function_call", "tool_use" -> FinishReason.TOOL_CALLS;
      case "content_filter" -> FinishReason.CONTENT_FILTER;
      default -> FinishReason.OTHER;
    };
  }
}
