package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * Makes deltas of the frames of one answer, each a JSON object. Lenient in what it accepts, strict
 * in one thing: unless the server said that it is finished there is no reply. Each wire protocol
 * says what a frame holds.
 *
 * <p>Not thread-safe: used by one thread at a time.
 */
public abstract class FrameDecoder implements SseParser.Events {
  /** No control characters, no half surrogate pairs. */
  private static final Pattern NAME = Pattern.compile("[^\\p{Cc}\\p{Cs}]{1,256}");

  /** Of a tool call's id, and of its name: some servers put much into an id. */
  private static final int MAX_CALL_NAME_CHARS = 16 * 1024;

  private final ProviderErrors errors;
  private final DeltaSink sink;

  private @Nullable String rawFinish;
  private @Nullable Usage usage;
  private @Nullable String model;
  private @Nullable String id;
  private final ToolCallEnds calls = new ToolCallEnds();
  private boolean anyToolCall;
  private boolean nameTooLong;
  private boolean done;
  private boolean bodyEnds;
  private long tokens;

  protected FrameDecoder(ProviderErrors errors, DeltaSink sink) {
    this.errors = errors;
    this.sink = sink;
  }

  /**
   * Reads a frame and gives nothing yet, for it may turn out malformed, which is Jackson's
   * exception.
   *
   * @param name of the event; null: none
   * @return false if it isn't an object
   */
  protected abstract boolean read(JsonParser json, @Nullable String name);

  /** Gives what was read. */
  protected abstract void apply() throws ProviderException;

  /** Whether the server has said enough for a {@link #reply}. */
  public abstract boolean finished();

  /** Why, once it is {@link #finished}. */
  protected abstract FinishReason finishReason();

  /** Whether a frame that isn't JSON is the server's last word. */
  protected boolean isLastWord(byte[] data, int start, int end) {
    return false;
  }

  @Override
  public final void event(@Nullable String name, byte[] data, int from, int length)
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
    if (isLastWord(data, start, end)) {
      done = true;
    } else if (read(data, start, end - start, name)) {
      apply();
      if (nameTooLong) {
        throw new ProviderException(
            FailureCode.OUTPUT_LIMIT,
            "the provider sent a tool call with an id or name over "
                + MAX_CALL_NAME_CHARS
                + " characters");
      }
    } else if ("error".equals(name)) {
      throw errors.inStream(ProviderError.UNKNOWN);
    } else if (!bodyEnds && !finished()) {
      throw errors.malformed();
    }
    // A last frame cut off in the middle is the end of the body, no more; one that can't be read
    // takes nothing from an answer that is finished.
  }

  private boolean read(byte[] data, int from, int length, @Nullable String name) {
    try (JsonParser json = BoundedJson.parser(data, from, length)) {
      return read(json, name);
    } catch (JacksonException e) {
      return false;
    }
  }

  protected final void text(String delta) {
    if (!delta.isEmpty()) {
      tokens++;
      sink.text(delta);
    }
  }

  protected final void reasoning(String delta) {
    if (!delta.isEmpty()) {
      tokens++;
      sink.reasoning(delta);
    }
  }

  protected final void toolCall(ToolCall piece) {
    if (isTooLong(piece.id()) || isTooLong(piece.name())) {
      nameTooLong = true;
      return;
    }
    tokens++;
    anyToolCall = true;
    calls.add(piece);
    sink.toolCall(piece);
  }

  private static boolean isTooLong(@Nullable String name) {
    return name != null && name.length() > MAX_CALL_NAME_CHARS;
  }

  /** Something of the answer came that isn't given on. */
  protected final void progresses() {
    tokens++;
  }

  /** Counts so far, all of them: they take the place of those before. */
  protected final void usage(@Nullable Usage soFar) {
    if (soFar != null) {
      usage = soFar;
      sink.usage(soFar);
    }
  }

  /**
   * The first of each counts; one that can't be a name is none: they are stored and shown, and
   * Azure's first frame has an empty one of either.
   */
  protected final void says(@Nullable String itsModel, @Nullable String itsId) {
    model = model == null ? nameOrNull(itsModel) : model;
    id = id == null ? nameOrNull(itsId) : id;
  }

  private static @Nullable String nameOrNull(@Nullable String said) {
    return said != null && NAME.matcher(said).matches() ? said : null;
  }

  /** The server says why it stopped, in its own word. */
  protected final void finishes(String raw) {
    rawFinish = raw;
    tokens++;
  }

  /** Nothing that comes from now on is looked at. */
  protected final void isDone() {
    done = true;
  }

  protected final ProviderException fails(ProviderError error) {
    return errors.inStream(error);
  }

  protected final @Nullable String rawFinish() {
    return rawFinish;
  }

  protected final boolean anyToolCall() {
    return anyToolCall;
  }

  /** A body begins: the answer's first, or the next where it is told over several connections. */
  final void bodyBegins() {
    bodyEnds = false;
  }

  /** The body has ended: what is cut off in the middle from now on is no malformed frame. */
  public final void bodyEnds() {
    bodyEnds = true;
  }

  public final CompletableFuture<Void> room() {
    return sink.room();
  }

  /** How much of the answer came so far: deltas, what isn't given on, a finish reason. */
  public final long tokens() {
    return tokens;
  }

  /** Whether it said its last word. */
  public final boolean complete() {
    return done;
  }

  /**
   * How it ended; tool calls are complete then. Throws {@code provider_truncated} if the server
   * never said.
   */
  public final Reply reply() throws ProviderException {
    if (!finished()) {
      throw new ProviderException(
          FailureCode.PROVIDER_TRUNCATED, "the answer ended without a finish reason");
    }
    calls.tell(sink);
    return new Reply(finishReason(), rawFinish, usage, model, id);
  }
}
