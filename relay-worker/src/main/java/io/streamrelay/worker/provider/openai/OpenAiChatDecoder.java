package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.Reply;
import io.streamrelay.worker.provider.SseParser;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * Makes deltas of the frames of a chat completion. Lenient in what it accepts, strict in one thing:
 * without a finish reason or {@code [DONE]} there is no reply.
 *
 * <p>Not thread-safe: used by one thread at a time.
 */
final class OpenAiChatDecoder implements SseParser.Events {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final OpenAiErrors errors;
  private final DeltaSink sink;
  private final OpenAiChatFrame frame = new OpenAiChatFrame();

  private @Nullable String rawFinish;
  private @Nullable Usage usage;
  private @Nullable String model;
  private @Nullable String id;
  private boolean anyChoice;
  private boolean anyToolCall;
  private boolean done;
  private boolean bodyEnds;
  private long tokens;

  OpenAiChatDecoder(OpenAiErrors errors, DeltaSink sink) {
    this.errors = errors;
    this.sink = sink;
  }

  @Override
  public void event(@Nullable String name, byte[] data, int from, int length)
      throws ProviderException {
    int start = from;
    int end = from + length;
    while (start < end && data[start] <= ' ' && data[start] >= 0) {
      start++;
    }
    while (end > start && data[end - 1] <= ' ' && data[end - 1] >= 0) {
      end--;
    }
    if (done || start == end) {
      return;
    }
    if (isDone(data, start, end)) {
      done = true;
      return;
    }
    boolean error = "error".equals(name);
    if (read(data, start, end - start, error)) {
      apply();
    } else if (error) {
      throw errors.inStream(OpenAiError.UNKNOWN);
    } else if (!bodyEnds) {
      throw errors.malformed();
    }
    // A last frame cut off in the middle is the end of the body, no more.
  }

  private static boolean isDone(byte[] data, int start, int end) {
    if (end - start != DONE.length) {
      return false;
    }
    for (int i = 0; i < DONE.length; i++) {
      if (data[start + i] != DONE[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * False if it can't be read. Invalid UTF-8 becomes U+FFFD, which the parser of bytes would
   * refuse.
   */
  private boolean read(byte[] data, int from, int length, boolean error) {
    try (JsonParser json =
        isAscii(data, from, length)
            ? BoundedJson.parser(data, from, length)
            : BoundedJson.parser(new String(data, from, length, StandardCharsets.UTF_8))) {
      return frame.read(json, error);
    } catch (JacksonException e) {
      return false;
    }
  }

  private static boolean isAscii(byte[] data, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (data[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private void apply() throws ProviderException {
    if (!frame.reasoning().isEmpty()) {
      tokens++;
      sink.reasoning(frame.reasoning());
    }
    if (!frame.text().isEmpty()) {
      tokens++;
      sink.text(frame.text());
    }
    for (ToolCall piece : frame.toolCalls()) {
      tokens++;
      anyToolCall = true;
      sink.toolCall(piece);
    }
    Usage said = frame.usage();
    if (said != null) {
      usage = said;
      sink.usage(said);
    }
    model = model == null ? frame.model() : model;
    id = id == null ? frame.id() : id;
    anyChoice |= frame.anyChoice();
    if (frame.error() != null) {
      throw errors.inStream(frame.error());
    }
    if (frame.finishReason() != null) {
      rawFinish = frame.finishReason();
      tokens++;
      if (rawFinish.equals("error")) {
        throw errors.inStream(OpenAiError.UNKNOWN);
      }
    }
  }

  /** The body has ended: what is cut off in the middle from now on is no malformed frame. */
  void bodyEnds() {
    bodyEnds = true;
  }

  CompletableFuture<Void> room() {
    return sink.room();
  }

  /** Deltas, and a finish reason, so far. */
  long tokens() {
    return tokens;
  }

  /** Whether the server said that it is finished. */
  boolean finished() {
    return rawFinish != null || done && anyChoice;
  }

  /** Whether it said its last word. */
  boolean complete() {
    return done;
  }

  /** How it ended. Throws {@code provider_truncated} if the server never said. */
  Reply reply() throws ProviderException {
    if (!finished()) {
      throw new ProviderException(
          FailureCode.PROVIDER_TRUNCATED, "the answer ended without a finish reason");
    }
    return new Reply(finishReason(), rawFinish, usage, model, id);
  }

  private FinishReason finishReason() {
    if (rawFinish == null) {
      return anyToolCall ? FinishReason.TOOL_CALLS : FinishReason.STOP;
    }
    return switch (rawFinish.toLowerCase(Locale.ROOT)) {
      case "stop", "eos", "eos_token", "end_turn", "stop_sequence" -> FinishReason.STOP;
      case "length", "max_tokens", "model_length" -> FinishReason.LENGTH;
      case "tool_calls", "function_call", "tool_use" -> FinishReason.TOOL_CALLS;
      case "content_filter" -> FinishReason.CONTENT_FILTER;
      default -> FinishReason.OTHER;
    };
  }
}
