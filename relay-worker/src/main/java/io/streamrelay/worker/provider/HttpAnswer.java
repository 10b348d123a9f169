package io.streamrelay.worker.provider;

import org.jspecify.annotations.Nullable;

/**
 * Takes what a server answers to one request, in this order: {@link #refused}, or {@link #begin},
 * {@link #bytes} and {@link #end}. Not thread-safe: owned by the thread that called.
 */
public interface HttpAnswer {
  /**
   * The status isn't 2xx.
   *
   * @param retryAfter the header of that name; null: none
   * @param body its first bytes, bounded
   * @return what to throw
   */
  ProviderException refused(int status, @Nullable String retryAfter, byte[] body);

  /** The body begins. */
  void begin(@Nullable String contentType);

  /** The next bytes of the body, valid during the call only. */
  void bytes(byte[] bytes, int length) throws ProviderException, InterruptedException;

  /** The body ended by itself. */
  void end() throws ProviderException, InterruptedException;

  /**
   * How often something of the answer came: what starts the time between tokens anew. Keep-alives
   * don't count.
   */
  long tokens();

  /**
   * Whether the server said that the generation is finished. What breaks afterwards breaks nothing.
   */
  boolean finished();

  /** Whether nothing more is expected after what came. */
  boolean complete();
}
