package io.streamrelay.client.resource;

import org.jspecify.annotations.Nullable;

/**
 * The state a turn is in after a cancel.
 *
 * @param turnId null: there never was one
 * @param status {@link TurnStatus#ENDED} or {@link TurnStatus#FAILED} where it was over before;
 *     null where there never was a turn
 */
public record CancelResult(@Nullable String turnId, @Nullable TurnStatus status) {}
