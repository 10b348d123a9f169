package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobId;
import org.jspecify.annotations.Nullable;

/**
 * A worker that holds a turn's job asks for the turn.
 *
 * @param token names this claim: the same claim, repeated after a lost reply, is no second attempt
 * @param instead the other job that was found dead after {@link ClaimResult.HeldByOther}; null at
 *     first
 */
public record ClaimRequest(
    TurnId turn, JobId job, String worker, String token, @Nullable JobId instead) {}
