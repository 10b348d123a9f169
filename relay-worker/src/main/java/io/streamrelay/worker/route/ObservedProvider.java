package io.streamrelay.worker.route;

import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;

/** A provider of which each call for an answer, begun or resumed, is observed in the same way. */
abstract class ObservedProvider implements Provider {
  private final Provider provider;

  ObservedProvider(Provider provider) {
    this.provider = provider;
  }

  /** The call itself, which hands its deltas on. */
  interface Call {
    Reply to(DeltaSink sink) throws ProviderException, InterruptedException;
  }

  /**
   * Makes the call, once, and gives what it gives.
   *
   * @param sink the caller's
   */
  abstract Reply observe(ProviderRequest request, boolean resumed, DeltaSink sink, Call call)
      throws ProviderException, InterruptedException;

  @Override
  public final Reply generate(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    return observe(request, false, sink, to -> provider.generate(request, to));
  }

  @Override
  public final boolean canResume() {
    return provider.canResume();
  }

  @Override
  public final Reply resume(String response, ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    return observe(request, true, sink, to -> provider.resume(response, request, to));
  }

  @Override
  public final void cancel(String response) throws ProviderException, InterruptedException {
    provider.cancel(response);
  }

  @Override
  public final String toString() {
    return provider.toString();
  }
}
