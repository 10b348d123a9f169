package io.streamrelay.client.event;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a turn took. Null means unknown, never 0.
 *
 * @param cost in the operator's currency
 */
public record Usage(
    @Nullable Long inputTokens,
    @Nullable Long outputTokens,
    @Nullable Long totalTokens,
    @Nullable Long cachedTokens,
    @Nullable Long reasoningTokens,
    @Nullable BigDecimal cost) {}
