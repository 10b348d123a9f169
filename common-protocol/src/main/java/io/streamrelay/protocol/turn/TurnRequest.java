package io.streamrelay.protocol.turn;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.protocol.job.Lane;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker needs to know of a submission, as kept in {@code turns.request}.
 *
 * @param model the public name that was asked for
 * @param system replaces the route's system prompt; null keeps it
 * @param messages the conversation before the user's message, from a caller that keeps it itself;
 *     null: the session's own history
 * @param context what the caller found for the message, the most relevant first; part of this
 *     turn's prompt, not of the history. Null: nothing
 * @param tools null: none
 * @param responseFormat null leaves it to the provider
 * @param metadata what the caller notes of the turn: its own data, never in a log or a metric;
 *     null: nothing
 * @param notes what a dialect was told beside all this and tells again, such as the name of the
 *     answer before: nothing that a worker reads. Null: nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TurnRequest(
    String model,
    @Nullable String system,
    Parameters parameters,
    @Nullable List<Utterance> messages,
    @Nullable List<Passage> context,
    Lane lane,
    @Nullable Tools tools,
    @Nullable ResponseFormat responseFormat,
    @Nullable Map<String, String> metadata,
    @Nullable Map<String, String> notes) {
  /** Without notes. */
  public TurnRequest(
      String model,
      @Nullable String system,
      Parameters parameters,
      @Nullable List<Utterance> messages,
      @Nullable List<Passage> context,
      Lane lane,
      @Nullable Tools tools,
      @Nullable ResponseFormat responseFormat,
      @Nullable Map<String, String> metadata) {
    this(model, system, parameters, messages, context, lane, tools, responseFormat, metadata, null);
  }

  /** Without passages and tools, in whatever form, nothing noted. */
  public TurnRequest(
      String model,
      @Nullable String system,
      Parameters parameters,
      @Nullable List<Utterance> messages,
      Lane lane) {
    this(model, system, parameters, messages, null, lane, null, null, null);
  }
}
