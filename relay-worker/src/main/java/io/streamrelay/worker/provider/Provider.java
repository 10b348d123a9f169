package io.streamrelay.worker.provider;

/** A server that runs models, seen by one wire protocol. Implementations are thread-safe. */
public interface Provider {
  /**
   * Has one answer generated and gives its deltas to {@code sink} as they arrive, on whatever
   * thread, until this returns; blocks the calling (virtual) thread for as long. One try: no retry,
   * except of a reused connection that dies before the first byte, and of a connection to an answer
   * that the provider can tell once more.
   *
   * <p>Interruption means cancel: the connection to the server is closed before this returns. So
   * does every other way out.
   *
   * @return how it ended, once the server said so itself
   * @throws ProviderException mapped to our codes; deltas may have been given before. The end of
   *     the body without a finish marker is {@code provider_truncated}, never an answer
   * @throws InterruptedException when the thread was interrupted
   */
  Reply generate(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException;

  /**
   * Whether it generates on when nobody listens, and can be asked for an answer once more: it names
   * each answer to {@link DeltaSink#named} before the first delta then.
   */
  default boolean canResume() {
    return false;
  }

  /**
   * Has an answer told once more, from its beginning to its end, that it generates or generated
   * already: nothing is generated anew. All else as {@link #generate}. Only where {@link
   * #canResume}.
   *
   * @param response the answer's name, as it was given to {@link DeltaSink#named}
   * @param request as it was generated with
   * @throws ProviderException also where there is no such answer any more
   */
  default Reply resume(String response, ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    throw new UnsupportedOperationException("this provider can't resume");
  }

  /**
   * Has an answer's generation stopped, which nobody will ask for any more; does nothing where it
   * is over already. Blocks for a few seconds at most. Only where {@link #canResume}.
   *
   * @param response the answer's name, as it was given to {@link DeltaSink#named}
   */
  default void cancel(String response) throws ProviderException, InterruptedException {
    throw new UnsupportedOperationException("this provider can't resume");
  }
}
