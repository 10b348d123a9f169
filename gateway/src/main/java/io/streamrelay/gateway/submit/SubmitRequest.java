package io.streamrelay.gateway.submit;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.turn.OnBusy;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Passage;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Utterance;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for, read and checked.
 *
 * @param parts of the message: the user's words, or tool results first
 * @param messages the conversation before it, from a caller that keeps it itself; null: the
 *     session's own history
 * @param context what the caller found for the message; null: nothing
 * @param model the name asked for; null: the default
 * @param tools null: none
 * @param metadata what the caller notes of the turn; null: nothing
 * @param notes what the dialect keeps of it, for itself; null: nothing
 * @param stored false: the session is new, and goes soon after the turn's end
 * @param after the session's newest turn, if it is to go on from that and no other; null: from
 *     whichever that is
 * @param stream whether the answer is to be streamed at once
 */
public record SubmitRequest(
    List<Part> parts,
    @Nullable List<Utterance> messages,
    @Nullable List<Passage> context,
    @Nullable String model,
    @Nullable String system,
    Parameters parameters,
    @Nullable Tools tools,
    @Nullable ResponseFormat responseFormat,
    @Nullable Map<String, String> metadata,
    Lane lane,
    Duration timeout,
    OnBusy onBusy,
    @Nullable Map<String, String> notes,
    boolean stored,
    @Nullable TurnId after,
    boolean stream) {
  public SubmitRequest {
    parts = List.copyOf(parts);
  }

  /** Stored, without notes. */
  public SubmitRequest(
      List<Part> parts,
      @Nullable List<Utterance> messages,
      @Nullable List<Passage> context,
      @Nullable String model,
      @Nullable String system,
      Parameters parameters,
      @Nullable Tools tools,
      @Nullable ResponseFormat responseFormat,
      @Nullable Map<String, String> metadata,
      Lane lane,
      Duration timeout,
      OnBusy onBusy,
      boolean stream) {
    this(
        parts,
        messages,
        context,
        model,
        system,
        parameters,
        tools,
        responseFormat,
        metadata,
        lane,
        timeout,
        onBusy,
        null,
        true,
        null,
        stream);
  }
}
