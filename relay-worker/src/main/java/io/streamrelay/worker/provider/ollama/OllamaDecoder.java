package io.streamrelay.worker.provider.ollama;

import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameDecoder;
import io.streamrelay.worker.provider.ProviderErrors;
import io.streamrelay.worker.provider.ProviderException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * Makes deltas of the lines of a chat. {@code done} finishes it and is its last word.
 *
 * <p>Tool calls come whole, and of older versions without an id: theirs is made of their number, so
 * that it is the same however often the answer is told.
 *
 * <p>Not thread-safe: used by one thread at a time.
 */
final class OllamaDecoder extends FrameDecoder {
  private static final int MAX_CALLS = 256;

  private final OllamaLine line = new OllamaLine();
  private int calls;

  OllamaDecoder(ProviderErrors errors, DeltaSink sink) {
    super(errors, sink);
  }

  @Override
  protected boolean read(JsonParser json, @Nullable String name) {
    return line.read(json);
  }

  @Override
  protected void apply() throws ProviderException {
    reasoning(line.thinking());
    text(line.content());
    for (OllamaLine.Call call : line.calls()) {
      if (calls < MAX_CALLS) {
        String id = call.id() == null ? "call_" + calls : call.id();
        toolCall(new ToolCall(calls, id, call.name(), call.arguments()));
        calls++;
      }
    }
    usage(line.usage());
    says(line.model(), null);
    if (line.error() != null) {
      throw fails(line.error());
    }
    if (line.done()) {
      if (line.doneReason() != null && !line.doneReason().isEmpty()) {
        finishes(line.doneReason());
      }
      isDone();
    }
  }

  @Override
  public boolean finished() {
    return complete();
  }

  @Override
  protected FinishReason finishReason() {
    String raw = rawFinish();
    return switch (raw == null ? "stop" : raw) {
      case "stop" -> anyToolCall() ? FinishReason.TOOL_CALLS : FinishReason.STOP;
      case "length" -> FinishReason.LENGTH;
      default -> FinishReason.OTHER; // load, unload: nothing was generated
    };
  }
}
