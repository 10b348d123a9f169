package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.Usage;
import org.jspecify.annotations.Nullable;

/**
 * How a generation ended, in the provider's words.
 *
 * @param rawFinishReason what it said before it was mapped to the closed set
 * @param usage null if it sent none
 * @param model that really answered; null if it didn't say
 * @param responseId its own id of the answer; null if it has none
 */
public record Reply(
    FinishReason finishReason,
    @Nullable String rawFinishReason,
    @Nullable Usage usage,
    @Nullable String model,
    @Nullable String responseId) {}
