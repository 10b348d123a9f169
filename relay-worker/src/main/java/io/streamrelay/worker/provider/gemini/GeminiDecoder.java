package io.streamrelay.worker.provider.gemini;

import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameDecoder;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.gemini.GeminiFrame.Said;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * Makes deltas of the frames of an answer. A finish reason finishes it; there is no last word but
 * the end of the body.
 *
 * <p>Not thread-safe: used by one thread at a time.
 */
final class GeminiDecoder extends FrameDecoder {
  private static final int MAX_CALLS = 256;

  private final GeminiErrors errors;
  private final GeminiFrame frame = new GeminiFrame();
  private int calls;

  /** Of the call whose arguments come in pieces; null: none. */
  private @Nullable GeminiArguments pieces;

  GeminiDecoder(GeminiErrors errors, DeltaSink sink) {
    super(errors, sink);
    this.errors = errors;
  }

  @Override
  protected boolean read(JsonParser json, @Nullable String name) {
    return frame.read(json);
  }

  @Override
  protected void apply() throws ProviderException {
    says(frame.model(), frame.id());
    usage(frame.usage());
    if (frame.anyPart()) {
      progresses();
    }
    for (Said said : frame.said()) {
      switch (said) {
        case Said.Text(String thought, boolean isThought) when isThought -> reasoning(thought);
        case Said.Text(String text, boolean isThought) -> text(text);
        case Said.Call call -> call(call);
      }
    }
    if (frame.error() != null) {
      throw fails(frame.error());
    }
    if (frame.blockReason() != null) {
      throw errors.blocked(frame.blockReason());
    }
    if (frame.finishReason() != null) {
      endsCall();
      finishes(frame.finishReason());
    }
  }

  /** A name begins a call; without one it is a piece of the last, and of nothing if that ended. */
  private void call(Said.Call call) throws ProviderException {
    if (call.name() != null) {
      endsCall();
      if (calls == MAX_CALLS) {
        return;
      }
      boolean inPieces = call.continues() || !call.pieces().isEmpty();
      String arguments = Objects.requireNonNullElse(call.arguments(), "{}");
      toolCall(new ToolCall(calls, id(call), call.name(), inPieces ? "" : arguments));
      calls++;
      pieces = inPieces ? new GeminiArguments() : null;
    }
    if (pieces == null) {
      return;
    }
    for (GeminiArguments.Piece piece : call.pieces()) {
      pieces.add(piece);
    }
    if (!call.continues()) {
      endsCall();
    }
  }

  private void endsCall() {
    if (pieces != null) {
      toolCall(new ToolCall(calls - 1, null, null, pieces.json()));
      pieces = null;
    }
  }

  /** Often there is none: ours tells calls apart, also those of different answers. */
  private @Nullable String id(Said.Call call) {
    if (call.id() != null && !call.id().isEmpty()) {
      return call.id();
    }
    return frame.id() == null ? null : "call_" + frame.id() + "_" + calls;
  }

  @Override
  public boolean finished() {
    return rawFinish() != null;
  }

  /** Calls of functions have no reason of their own. */
  @Override
  protected FinishReason finishReason() {
    return switch (String.valueOf(rawFinish())) {
      case "STOP" -> anyToolCall() ? FinishReason.TOOL_CALLS : FinishReason.STOP;
      case "MAX_TOKENS" -> FinishReason.LENGTH;
      case "SAFETY",
          "RECITATION",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION" ->
          FinishReason.CONTENT_FILTER;
      default -> FinishReason.OTHER;
    };
  }
}
