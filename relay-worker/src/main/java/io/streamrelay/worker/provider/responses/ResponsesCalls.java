package io.streamrelay.worker.provider.responses;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of an answer: numbered from 0 in the order they appear, arguments given once,
 * whether they come in pieces, whole, or with the call itself.
 *
 * <p>Not thread-safe: owned by the decoder.
 */
final class ResponsesCalls {
  private static final int MAX_CALLS = 256;

  private final Consumer<ToolCall> sink;
  private final Map<ResponsesPlace, Call> calls = new LinkedHashMap<>();

  /** Arguments are pending until the call's end, where pieces may still come. */
  private static final class Call {
    private final int number;
    private final @Nullable String id;
    private String pending;
    private boolean given;

    Call(int number, @Nullable String id, String pending) {
      this.number = number;
      this.id = id;
      this.pending = pending;
    }
  }

  ResponsesCalls(Consumer<ToolCall> sink) {
    this.sink = sink;
  }

  /** A call begins; passed over where it has no name yet, and given whole at its end. */
  void begins(ResponsesPlace place, ResponsesItem item) {
    String id = item.callId() == null ? item.id() : item.callId();
    if (item.name() != null && find(place, id) == null && calls.size() < MAX_CALLS) {
      Call call = new Call(calls.size(), id, item.arguments());
      // Where nothing tells items apart, the latest is meant; the ones before only count.
      Call before = calls.put(place, call);
      if (before != null) {
        calls.put(new ResponsesPlace(-1, "before " + call.number), before);
      }
      sink.accept(new ToolCall(call.number, id, item.name(), ""));
    }
  }

  /**
   * A piece of arguments.
   *
   * @param itemId as the event says; some servers give the call's there
   */
  void continues(ResponsesPlace place, String itemId, String piece) {
    Call call = find(place, itemId);
    if (call != null && !piece.isEmpty()) {
      give(call, piece);
    }
  }

  /** The arguments are all there. */
  void endsArguments(ResponsesPlace place, String itemId, String arguments) {
    Call call = find(place, itemId);
    if (call != null) {
      ends(call, arguments);
    }
  }

  /** The call is all there. */
  void ends(ResponsesPlace place, ResponsesItem item) {
    begins(place, item);
    Call call = find(place, item.callId() == null ? item.id() : item.callId());
    if (call != null) {
      ends(call, item.arguments());
    }
  }

  /** The answer is all there. */
  void end() {
    calls.values().forEach(call -> ends(call, ""));
  }

  private void ends(Call call, String arguments) {
    String all = arguments.isEmpty() ? call.pending : arguments;
    if (!call.given && !all.isEmpty()) {
      give(call, all);
    }
  }

  private void give(Call call, String piece) {
    call.given = true;
    sink.accept(new ToolCall(call.number, null, null, piece));
  }

  /** By its place, or by its own id where the place isn't known. */
  private @Nullable Call find(ResponsesPlace place, @Nullable String id) {
    Call there = calls.get(place);
    if (there != null && (!place.equals(ResponsesPlace.UNKNOWN) || isOf(there, id))) {
      return there;
    }
    return calls.values().stream()
        .filter(call -> call.id != null && call.id.equals(id))
        .findFirst()
        .orElse(null);
  }

  private static boolean isOf(Call call, @Nullable String id) {
    return id == null || id.isEmpty() || id.equals(call.id);
  }
}
