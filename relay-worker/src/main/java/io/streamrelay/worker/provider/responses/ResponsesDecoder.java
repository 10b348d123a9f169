package io.streamrelay.worker.provider.responses;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameDecoder;
import io.streamrelay.worker.provider.ProviderError;
import io.streamrelay.worker.provider.ProviderErrors;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.responses.ResponsesParts.List;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * Makes deltas of the events of an answer. Only an event that ends the answer itself finishes it:
 * {@code response.completed}, {@code .incomplete}. What the server does itself (its own tools) is
 * passed over.
 *
 * <p>An answer that is generated in the background may be told over several connections: the events
 * are numbered, and each is taken once.
 *
 * <p>Not thread-safe: used by one thread at a time.
 */
final class ResponsesDecoder extends FrameDecoder {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final DeltaSink sink;
  private final boolean background;
  private final ResponsesFrame frame = new ResponsesFrame();
  private final ResponsesParts parts = new ResponsesParts();
  private final ResponsesCalls calls = new ResponsesCalls(this::called);

  /** The list that thoughts come in: of the two the first that comes counts. */
  private @Nullable List thoughts;

  private boolean said;
  private @Nullable String response;
  private long latest = -1;
  private long before = -1;
  private boolean goesOn;
  private boolean gap;
  private boolean over;

  /**
   * @param background whether the answer has a name by which it can be had once more
   */
  ResponsesDecoder(ProviderErrors errors, DeltaSink sink, boolean background) {
    super(errors, sink);
    this.sink = sink;
    this.background = background;
  }

  /** The answer's name; null until it is known, and where there is none. */
  @Nullable String response() {
    return response;
  }

  /** The number of the last event that was taken; -1: none. */
  long latest() {
    return latest;
  }

  /** Whether the rest of the answer can be asked for. */
  boolean canGoOn() {
    return response != null && latest >= 0 && !over && !gap;
  }

  /** Whether the server said its last word of the answer, a failure maybe. */
  boolean isOver() {
    return over;
  }

  /** From here on come the events after {@link #latest}, over another connection. */
  void goesOn() {
    before = latest;
    goesOn = true;
  }

  @Override
  protected boolean isLastWord(byte[] data, int start, int end) {
    return Arrays.equals(data, start, end, DONE, 0, DONE.length);
  }

  @Override
  protected boolean read(JsonParser json, @Nullable String name) {
    return frame.read(json, name, !said);
  }

  @Override
  protected void apply() throws ProviderException {
    if (!isNew()) {
      return;
    }
    names();
    usage(frame.usage());
    switch (frame.type()) {
      case "response.created", "response.queued", "response.in_progress" -> fails();
      case "response.output_text.delta", "response.refusal.delta" -> text(frame.delta(), true);
      case "response.output_text.done", "response.refusal.done" -> text(frame.whole(), false);
      case "response.reasoning_text.delta" -> thought(List.THOUGHT, frame.delta(), true);
      case "response.reasoning_text.done" -> thought(List.THOUGHT, frame.whole(), false);
      case "response.reasoning_summary_text.delta" -> thought(List.SUMMARY, frame.delta(), true);
      case "response.reasoning_summary_text.done" -> thought(List.SUMMARY, frame.whole(), false);
      case "response.function_call_arguments.delta" -> {
        progresses();
        calls.continues(frame.place(), frame.itemId(), frame.delta());
      }
      case "response.function_call_arguments.done" -> {
        progresses();
        calls.endsArguments(frame.place(), frame.itemId(), frame.whole());
      }
      case "response.output_item.added" -> {
        progresses();
        begins(frame.item());
      }
      case "response.output_item.done" -> {
        progresses();
        ends(frame.place(), frame.item());
      }
      case "response.completed", "response.done" -> ends("completed");
      case "response.incomplete" -> ends(frame.reason() == null ? "incomplete" : frame.reason());
      case "response.failed", "response.cancelled" -> {
        over = true;
        throw fails(
            frame.type().endsWith("cancelled") ? ProviderError.of("cancelled") : frame.error());
      }
      case "error", "response.error" -> throw fails(frame.error());
      default -> {
        fails();
        if (frame.type().startsWith("response.")) {
          progresses();
        }
      }
    }
    latest = Math.max(latest, frame.number()); // an error brings nothing new
  }

  /** Whether the event wasn't taken yet; throws where there are some in between. */
  private boolean isNew() throws ProviderException {
    long number = frame.number();
    if (goesOn) {
      if (number < 0 || number <= before) {
        return false;
      }
      goesOn = false;
      gap = number > before + 1;
      if (gap) {
        throw new ProviderException(
            FailureCode.PROVIDER_TRUNCATED, "a part of the answer was lost with its connection");
      }
    }
    return true;
  }

  private void names() {
    says(frame.model(), frame.id());
    String id = frame.id();
    if (background && response == null && id != null && !said && ResponsesProvider.isName(id)) {
      response = id;
      sink.named(id);
    }
  }

  /** Some servers give an error without a type. */
  private void fails() throws ProviderException {
    if (frame.hasError()) {
      throw fails(frame.error());
    }
  }

  private void text(String text, boolean delta) {
    progresses();
    give(List.CONTENT, frame.place(), frame.part(), text, delta);
  }

  private void thought(List list, String text, boolean delta) {
    progresses();
    give(list, frame.place(), frame.part(), text, delta);
  }

  /**
   * @param delta false: all of the part, which counts only where it didn't come in deltas
   */
  private void give(List list, ResponsesPlace place, int part, String text, boolean delta) {
    boolean thought = list != List.CONTENT;
    boolean otherList = thought && thoughts != null && thoughts != list;
    if (text.isEmpty() || otherList || !delta && !parts.isMissing(list, place, part)) {
      return;
    }
    said = true;
    boolean another = parts.gives(list, place, part);
    if (!thought) {
      text(text);
      return;
    }
    reasoning(another && thoughts == list ? "\n\n" + text : text);
    thoughts = list;
  }

  private void called(ToolCall piece) {
    said = true;
    toolCall(piece);
  }

  private void begins(@Nullable ResponsesItem item) {
    if (item != null && item.isToolCall()) {
      calls.begins(frame.place(), item);
    }
  }

  private void ends(ResponsesPlace place, @Nullable ResponsesItem item) {
    if (item == null) {
      return;
    }
    if (item.isToolCall()) {
      calls.ends(place, item);
    } else if (item.isReasoning()) {
      all(List.SUMMARY, place, item.summary());
      all(List.THOUGHT, place, item.content());
    } else if (item.type().equals("message")) {
      all(List.CONTENT, place, item.content());
    }
  }

  private void all(List list, ResponsesPlace place, java.util.List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      give(list, place, i, texts.get(i), false);
    }
  }

  private void ends(String raw) {
    if (!said) {
      for (int i = 0; i < frame.items().size(); i++) {
        ends(ResponsesPlace.of(i, ""), frame.items().get(i));
      }
    }
    calls.end();
    finishes(raw);
    over = true;
    isDone();
  }

  @Override
  public boolean finished() {
    return rawFinish() != null;
  }

  @Override
  protected FinishReason finishReason() {
    return switch (rawFinish()) {
      case "completed" -> anyToolCall() ? FinishReason.TOOL_CALLS : FinishReason.STOP;
      case "max_output_tokens", "max_tokens" -> FinishReason.LENGTH;
      case "content_filter" -> FinishReason.CONTENT_FILTER;
      case null, default -> FinishReason.OTHER;
    };
  }
}
