package io.streamrelay.worker.chunk;

import io.streamrelay.protocol.event.StreamEvent.Chunk;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.ValidText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins deltas into chunks and makes their text valid: a surrogate pair split between two deltas is
 * put together, a chunk never ends inside one. Not thread-safe: owned by an {@link AttemptWriter}.
 */
final class Joiner {
  private final int maxChars;
  private final List<Chunk> whole = new ArrayList<>();
  private final StringBuilder open = new StringBuilder();
  private boolean openIsReasoning;
  private int waiting;

  Joiner(int maxChars) {
    this.maxChars = maxChars;
  }

  void text(String delta) {
    join(delta, false);
  }

  void reasoning(String delta) {
    join(delta, true);
  }

  void toolCall(ToolCall piece) {
    endChunk();
    ToolCall valid =
        new ToolCall(
            piece.index(),
            validOrNull(piece.id()),
            validOrNull(piece.name()),
            ValidText.of(piece.arguments()));
    whole.add(valid);
    waiting += valid.arguments().length();
  }

  /** UTF-16 units that wait, a half surrogate pair among them. */
  int waiting() {
    return waiting;
  }

  /** Whether {@link #take} would give anything: half a surrogate pair alone is nothing yet. */
  boolean hasChunk() {
    return !whole.isEmpty() || open.length() > 1 || (open.length() == 1 && !endsInHalf());
  }

  /**
   * All that can be appended now, in order; a high surrogate at the end stays for the delta to
   * come.
   */
  List<Chunk> take() {
    if (open.length() > 0) {
      char half = endsInHalf() ? open.charAt(open.length() - 1) : 0;
      open.setLength(half == 0 ? open.length() : open.length() - 1);
      cut(open.length());
      if (half != 0) {
        open.append(half);
      }
    }
    return drain();
  }

  /** Everything, at the end: half a surrogate pair won't be completed any more. */
  List<Chunk> takeAll() {
    endChunk();
    return drain();
  }

  private List<Chunk> drain() {
    List<Chunk> chunks = List.copyOf(whole);
    whole.clear();
    waiting = open.length();
    return chunks;
  }

  private void join(String delta, boolean reasoning) {
    if (delta.isEmpty()) {
      return;
    }
    if (reasoning != openIsReasoning) {
      endChunk();
      openIsReasoning = reasoning;
    }
    open.append(delta);
    waiting += delta.length();
    while (open.length() > maxChars) {
      cut(Character.isHighSurrogate(open.charAt(maxChars - 1)) ? maxChars - 1 : maxChars);
    }
  }

  private void endChunk() {
    cut(open.length());
  }

  private void cut(int length) {
    if (length == 0) {
      return;
    }
    String text = ValidText.of(open.substring(0, length));
    whole.add(openIsReasoning ? new Reasoning(text) : new Text(text));
    open.delete(0, length);
  }

  private boolean endsInHalf() {
    return open.length() > 0 && Character.isHighSurrogate(open.charAt(open.length() - 1));
  }

  private static @Nullable String validOrNull(@Nullable String text) {
    return text == null ? null : ValidText.of(text);
  }
}
