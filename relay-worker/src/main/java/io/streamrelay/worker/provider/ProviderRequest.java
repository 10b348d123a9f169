package io.streamrelay.worker.provider;

import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Utterance;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a provider is asked.
 *
 * @param model the provider's own name for it
 * @param prompt the user's message last, or the results of tools. Each tool call of an assistant's
 *     message has its result in the message of role {@code tool} that follows, which holds nothing
 *     else
 * @param tools null: none
 * @param responseFormat null leaves it to the provider
 * @param metadata the caller's notes of the turn; null: none
 * @param deadlineNanos of {@link System#nanoTime()}: when all must be over
 * @param attempt from 1: only {@code demo} looks at it, to tell attempts apart
 */
public record ProviderRequest(
    String model,
    Prompt prompt,
    Parameters parameters,
    @Nullable Tools tools,
    @Nullable ResponseFormat responseFormat,
    @Nullable Map<String, String> metadata,
    long deadlineNanos,
    int attempt) {
  /** Nothing found, nothing noted. */
  public ProviderRequest(
      String model,
      List<Utterance> messages,
      Parameters parameters,
      @Nullable Tools tools,
      @Nullable ResponseFormat responseFormat,
      long deadlineNanos,
      int attempt) {
    this(
        model,
        Prompt.of(messages, List.of()),
        parameters,
        tools,
        responseFormat,
        null,
        deadlineNanos,
        attempt);
  }

  /** Without tools, in whatever form. */
  public ProviderRequest(
      String model,
      List<Utterance> messages,
      Parameters parameters,
      long deadlineNanos,
      int attempt) {
    this(model, messages, parameters, null, null, deadlineNanos, attempt);
  }

  /** The same, asked of another model. */
  public ProviderRequest withModel(String other) {
    return new ProviderRequest(
        other, prompt, parameters, tools, responseFormat, metadata, deadlineNanos, attempt);
  }

  /** The same with another prompt. */
  public ProviderRequest withPrompt(Prompt other) {
    return new ProviderRequest(
        model, other, parameters, tools, responseFormat, metadata, deadlineNanos, attempt);
  }

  /** The whole prompt, the system prompt first if there is one. */
  public List<Utterance> messages() {
    return prompt.messages();
  }
}
