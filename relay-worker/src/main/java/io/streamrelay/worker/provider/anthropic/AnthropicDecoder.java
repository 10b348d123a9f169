package io.streamrelay.worker.provider.anthropic;

import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameDecoder;
import io.streamrelay.worker.provider.ProviderError;
import io.streamrelay.worker.provider.ProviderErrors;
import io.streamrelay.worker.provider.ProviderException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * Makes deltas of the events of a message. A stop reason or {@code message_stop} finishes it. What
 * the server does itself (its own tools) is passed over: only text, thinking and the caller's tools
 * are given on.
 *
 * <p>Not thread-safe: used by one thread at a time.
 */
final class AnthropicDecoder extends FrameDecoder {
  private static final int MAX_CALLS = 256;

  private final AnthropicFrame frame = new AnthropicFrame();
  private final Map<Integer, Call> open = new HashMap<>(); // by the index of their block
  private int calls;
  private boolean started;

  /**
   * A tool call whose block isn't at its end.
   *
   * @param input what to give as arguments if none come in pieces
   */
  private record Call(int number, String input) {}

  AnthropicDecoder(ProviderErrors errors, DeltaSink sink) {
    super(errors, sink);
  }

  @Override
  protected boolean read(JsonParser json, @Nullable String name) {
    return frame.read(json, name);
  }

  @Override
  protected void apply() throws ProviderException {
    usage(frame.usage());
    switch (frame.type()) {
      case "message_start" -> {
        started = true;
        says(frame.model(), frame.id());
      }
      case "content_block_start" -> begins();
      case "content_block_delta" -> continues();
      case "content_block_stop" -> ends();
      case "message_delta" -> {
        if (frame.stopReason() != null) {
          finishes(frame.stopReason());
        }
      }
      case "message_stop" -> isDone();
      case "error" -> throw fails(frame.error() == null ? ProviderError.UNKNOWN : frame.error());
      default -> {}
    }
  }

  private void begins() {
    progresses();
    reasoning(frame.thinking());
    text(frame.text());
    if (frame.blockType().equals("tool_use") && calls < MAX_CALLS) {
      Call call = new Call(calls++, frame.toolInput().isEmpty() ? "{}" : frame.toolInput());
      open.put(frame.index(), call);
      toolCall(new ToolCall(call.number, frame.toolId(), frame.toolName(), ""));
    }
  }

  private void continues() {
    progresses();
    reasoning(frame.thinking());
    text(frame.text());
    Call call = open.get(frame.index());
    if (call != null && !frame.partialJson().isEmpty()) {
      open.put(frame.index(), new Call(call.number, ""));
      toolCall(new ToolCall(call.number, null, null, frame.partialJson()));
    }
  }

  /** A call without arguments comes without pieces, and some servers give all at the beginning. */
  private void ends() {
    Call call = open.remove(frame.index());
    if (call != null && !call.input.isEmpty()) {
      toolCall(new ToolCall(call.number, null, null, call.input));
    }
  }

  @Override
  public boolean finished() {
    return rawFinish() != null || complete() && started;
  }

  @Override
  protected FinishReason finishReason() {
    String raw = rawFinish();
    if (raw == null) {
      return anyToolCall() ? FinishReason.TOOL_CALLS : FinishReason.STOP;
    }
    return switch (raw) {
      case "end_turn", "stop_sequence" -> FinishReason.STOP;
      case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
      case "tool_use" -> FinishReason.TOOL_CALLS;
      case "refusal" -> FinishReason.CONTENT_FILTER;
      default -> FinishReason.OTHER;
    };
  }
}
