package io.streamrelay.worker.provider;

import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Utterance;
import java.util.List;

/**
 * What a provider is asked.
 *
 * @param model the provider's own name for it
 * @param messages the whole prompt, the system prompt first if there is one, the user's message
 *     last
 * @param deadlineNanos of {@link System#nanoTime()}: when all must be over
 * @param attempt from 1: only {@code demo} looks at it, to tell attempts apart
 */
public record ProviderRequest(
    String model,
    List<Utterance> messages,
    Parameters parameters,
    long deadlineNanos,
    int attempt) {
  public ProviderRequest {
    messages = List.copyOf(messages);
  }

  /** The same, asked of another model. */
  public ProviderRequest withModel(String other) {
    return new ProviderRequest(other, messages, parameters, deadlineNanos, attempt);
  }
}
