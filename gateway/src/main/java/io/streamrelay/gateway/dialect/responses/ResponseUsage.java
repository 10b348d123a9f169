package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.protocol.event.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Usage in the words of responses. Their clients need all of it: 0 where the provider sent none.
 */
@JsonNaming(SnakeCaseStrategy.class)
record ResponseUsage(
    long inputTokens,
    InputDetails inputTokensDetails,
    long outputTokens,
    OutputDetails outputTokensDetails,
    long totalTokens) {
  @JsonNaming(SnakeCaseStrategy.class)
  record InputDetails(long cachedTokens, long cacheWriteTokens) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record OutputDetails(long reasoningTokens) {}

  /** Null if the provider sent nothing at all. */
  static @Nullable ResponseUsage of(@Nullable Usage usage) {
    if (usage == null) {
      return null;
    }
    long input = orNone(usage.inputTokens());
    long output = orNone(usage.outputTokens());
    return new ResponseUsage(
        input,
        new InputDetails(orNone(usage.cachedTokens()), 0),
        output,
        new OutputDetails(orNone(usage.reasoningTokens())),
        usage.totalTokens() == null ? input + output : usage.totalTokens());
  }

  private static long orNone(@Nullable Long tokens) {
    return tokens == null ? 0 : tokens;
  }
}
