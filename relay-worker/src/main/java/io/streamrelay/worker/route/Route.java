package io.streamrelay.worker.route;

import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import org.jspecify.annotations.Nullable;

/** What becomes of a turn that asked for one model. Implementations are thread-safe. */
public interface Route {
  /** System prompt where the request has none; null: none. */
  @Nullable String system();

  /** Messages of history in the prompt, at most. */
  int history();

  /** What counts where the request says nothing. */
  Parameters defaults();

  /** Whom a call for this public name goes to; known before it is made, also if it fails. */
  Asked asked(String model);

  /**
   * Has the answer generated: by retry and circuit breaker, silently, only until the first delta is
   * given to the sink; a provider's wish to wait longer than 2 s is not waited for here but thrown.
   *
   * @param request its model is the public name that was asked for
   */
  Routed generate(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException;

  /**
   * @param provider the provider's key
   * @param model its name there
   */
  record Asked(String provider, String model) {}

  /**
   * @param provider the key of the provider that answered
   * @param model the one that answered: as the provider says, else as it was asked
   */
  record Routed(Reply reply, String provider, String model) {}
}
