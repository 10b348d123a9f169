package io.streamrelay.protocol.turn;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.protocol.job.Lane;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker needs to know of a submission, as kept in {@code turns.request}.
 *
 * @param model the public name that was asked for
 * @param system replaces the route's system prompt; null keeps it
 * @param messages the conversation before the user's message, from a caller that keeps it itself;
 *     null: the session's own history
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TurnRequest(
    String model,
    @Nullable String system,
    Parameters parameters,
    @Nullable List<Utterance> messages,
    Lane lane) {}
