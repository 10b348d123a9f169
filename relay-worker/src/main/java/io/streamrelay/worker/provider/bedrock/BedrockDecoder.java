package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameDecoder;
import io.streamrelay.worker.provider.ProviderErrors;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * Makes deltas of the events of a Converse stream. {@code messageStop} finishes it; {@code
 * metadata}, with usage, is its last word.
 *
 * <p>Not thread-safe: used by one thread at a time.
 */
final class BedrockDecoder extends FrameDecoder {
  private static final int MAX_CALLS = 256;

  private final BedrockEvent event = new BedrockEvent();

  /** Tool calls by their content block. */
  private final Map<Integer, Call> calls = new HashMap<>();

  private int begun;
  private boolean counted;

  private static final class Call {
    private final int index;
    private boolean anyInput;

    private Call(int index) {
      this.index = index;
    }
  }

  BedrockDecoder(ProviderErrors errors, DeltaSink sink) {
    super(errors, sink);
  }

  @Override
  protected boolean read(JsonParser json, @Nullable String name) {
    return event.read(json, name);
  }

  @Override
  protected void apply() {
    if (event.isHidden()) {
      progresses();
    }
    reasoning(event.reasoning());
    text(event.text());
    if (event.beginsCall() && begun < MAX_CALLS) {
      Call call = new Call(begun++);
      calls.put(event.block(), call);
      toolCall(new ToolCall(call.index, event.callId(), event.callName(), ""));
    }
    Call call = calls.get(event.block());
    if (call != null) {
      if (!event.input().isEmpty()) {
        input(call, event.input());
      } else if (event.endsBlock() && !call.anyInput) {
        input(call, "{}"); // a call without arguments has no delta
      }
    }
    usage(event.usage());
    if (event.stopReason() != null) {
      finishes(event.stopReason());
    }
    counted |= event.isMetadata();
    if (counted && finished()) {
      isDone();
    }
  }

  private void input(Call call, String piece) {
    call.anyInput = true;
    toolCall(new ToolCall(call.index, null, null, piece));
  }

  @Override
  public boolean finished() {
    return rawFinish() != null;
  }

  @Override
  protected FinishReason finishReason() {
    return switch (String.valueOf(rawFinish())) {
      case "end_turn", "stop_sequence" -> FinishReason.STOP;
      case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
      case "tool_use" -> FinishReason.TOOL_CALLS;
      case "guardrail_intervened", "content_filtered" -> FinishReason.CONTENT_FILTER;
      default -> FinishReason.OTHER; // malformed_model_output, malformed_tool_use, …
    };
  }
}
