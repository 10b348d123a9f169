package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResumePoint;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What becomes of a turn that asked for one model. Implementations are thread-safe. */
public interface Route {
  /** System prompt where the request has none; null: none. */
  @Nullable String system();

  /** Messages of history in the prompt, at most. */
  int history();

  /** What the model is asked with: the request's, else the route's own, within its limits. */
  Parameters parameters(Parameters asked);

  /**
   * Has the answer generated: by retry, other targets and fallbacks, silently, only until the first
   * delta is given to the sink; a provider's wish to wait longer than 2 s is not waited for here
   * but thrown, if nobody else answers.
   *
   * @param request its model is the public name that was asked for
   * @param watcher told by one thread at a time, not always the calling; must not block
   */
  Routed generate(ProviderRequest request, DeltaSink sink, Watcher watcher)
      throws ProviderException, InterruptedException;

  /** What becomes of an answer of this route that broke off after something was said. */
  default Takeover takeover() {
    return Takeover.RESTART;
  }

  /**
   * Has the answer told once more that broke off, from its beginning, and goes on with it. Where it
   * can't be had any more it is generated anew, as by {@link #generate}, if nothing of it was told
   * yet.
   *
   * @param at as an earlier attempt's watcher was told
   */
  default Routed resume(ResumePoint at, ProviderRequest request, DeltaSink sink, Watcher watcher)
      throws ProviderException, InterruptedException {
    return generate(request, sink, watcher);
  }

  /**
   * Has the generation of an answer stopped, which nobody will ask for any more. Blocks for a few
   * seconds at most, and does its best: a failure is only logged.
   *
   * @param at as the watcher was told
   */
  default void cancel(ResumePoint at) throws InterruptedException {}

  /** Hears what a call comes to, so that it is known also if the call fails or is interrupted. */
  interface Watcher {
    /**
     * From now on that one is asked: an answer that was named before is given up, and what was
     * warned of before was said of another.
     */
    void asking(Asked target);

    /** What the whole call has cost so far, all that were asked together. */
    void spent(Usage soFar);

    /**
     * The one that is asked was waited for: told once of each call, before its first delta or when
     * it failed without one.
     */
    default void waitedFor(Duration untilFirstDelta) {}

    /** The one that is asked can't do something as it is asked to. Told once more, it is one. */
    void warned(Warning warning);

    /**
     * The one that is asked can tell this answer once more, under that name; it generates it until
     * it is there or cancelled. One that was named before is given up.
     */
    default void named(String response) {}
  }

  /**
   * @param provider the provider's key
   * @param model its name there
   */
  record Asked(String provider, String model) {}

  /**
   * @param usage of all that were asked; null if none of them said
   * @param provider the key of the provider that answered
   * @param model the one that answered: as the provider says, else as it was asked
   */
  record Routed(FinishReason finishReason, @Nullable Usage usage, String provider, String model) {}
}
