package io.streamrelay.worker.provider;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An answer whose frames a decoder makes deltas of; how bytes are cut into frames is its own
 * matter. Not thread-safe: used by one thread at a time.
 */
public abstract class FrameAnswer implements HttpAnswer {
  private final ProviderErrors errors;
  private final FrameDecoder decoder;

  protected FrameAnswer(ProviderErrors errors, FrameDecoder decoder) {
    this.errors = errors;
    this.decoder = decoder;
  }

  protected final FrameDecoder decoder() {
    return decoder;
  }

  protected final ProviderErrors errors() {
    return errors;
  }

  /** The next bytes of the body, as long as the last word hasn't come. */
  protected abstract void take(byte[] bytes) throws ProviderException;

  /** What follows the last word isn't looked at, also where it comes with it. */
  @Override
  public final void bytes(byte[] bytes) throws ProviderException {
    if (decoder.complete()) {
      return;
    }
    try {
      take(bytes);
    } catch (ProviderException e) {
      if (!decoder.complete()) {
        throw e;
      }
    }
  }

  @Override
  public final ProviderException refused(int status, @Nullable String retryAfter, byte[] body) {
    return errors.refused(status, retryAfter, body);
  }

  @Override
  public final CompletableFuture<Void> room() {
    return decoder.room();
  }

  @Override
  public final long tokens() {
    return decoder.tokens();
  }

  @Override
  public final boolean finished() {
    return decoder.finished();
  }

  @Override
  public final boolean complete() {
    return decoder.complete();
  }

  /**
   * How it ended, after the end. Throws {@code provider_truncated} if the server never said that it
   * is finished.
   */
  public final Reply reply() throws ProviderException {
    return decoder.reply();
  }
}
