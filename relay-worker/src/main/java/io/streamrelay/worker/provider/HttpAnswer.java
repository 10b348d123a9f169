package io.streamrelay.worker.provider;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a server answers to one request, in this order: {@link #refused}, or {@link #begin},
 * {@link #bytes} and {@link #end}. Never blocks. Not thread-safe: called by one thread at a time.
 */
public interface HttpAnswer {
  /**
   * The status isn't 2xx.
   *
   * @param retryAfter as the header of that name writes it; null: none
   * @param body its first bytes, bounded
   * @return what to throw
   */
  ProviderException refused(int status, @Nullable String retryAfter, byte[] body);

  /** The body begins. */
  void begin(@Nullable String contentType);

  /** The next bytes of the body. */
  void bytes(byte[] bytes) throws ProviderException;

  /** The body ended by itself. */
  void end() throws ProviderException;

  /** Whether it takes more bytes, as {@link DeltaSink#room}. */
  CompletableFuture<Void> room();

  /**
   * How often something of the answer came: what starts the time between tokens anew. Keep-alives
   * don't count.
   */
  long tokens();

  /**
   * Whether the server said that the generation is finished. What breaks afterwards breaks nothing.
   */
  boolean finished();

  /**
   * Whether nothing more is expected after what came. From the beginning where only the status
   * counts: the body is read for a moment, so that its connection can be used again.
   */
  boolean complete();
}
