package io.streamrelay.protocol.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Tokens the provider billed. What it didn't send is null, never 0.
 *
 * @param cost what they cost, exact, in the currency of the configured prices; null where price or
 *     tokens aren't known. Trailing zeros are dropped, so that equal amounts are equal
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Usage(
    @Nullable Long inputTokens,
    @Nullable Long outputTokens,
    @Nullable Long totalTokens,
    @Nullable Long cachedTokens,
    @Nullable Long reasoningTokens,
    @Nullable BigDecimal cost) {
  public Usage {
    if (cost != null) {
      BigDecimal plain = cost.stripTrailingZeros();
      cost = plain.scale() < 0 ? plain.setScale(0) : plain;
    }
  }

  /** Tokens without a price. */
  public Usage(
      @Nullable Long inputTokens,
      @Nullable Long outputTokens,
      @Nullable Long totalTokens,
      @Nullable Long cachedTokens,
      @Nullable Long reasoningTokens) {
    this(inputTokens, outputTokens, totalTokens, cachedTokens, reasoningTokens, null);
  }

  /** The same tokens at that cost. */
  public Usage withCost(@Nullable BigDecimal amount) {
    return new Usage(inputTokens, outputTokens, totalTokens, cachedTokens, reasoningTokens, amount);
  }

  /**
   * Both together. Tokens that only one of them knows count alone; the cost is known only where
   * both are.
   */
  public Usage plus(Usage other) {
    return new Usage(
        sum(inputTokens, other.inputTokens),
        sum(outputTokens, other.outputTokens),
        sum(totalTokens, other.totalTokens),
        sum(cachedTokens, other.cachedTokens),
        sum(reasoningTokens, other.reasoningTokens),
        cost == null || other.cost == null ? null : cost.add(other.cost));
  }

  private static @Nullable Long sum(@Nullable Long one, @Nullable Long two) {
    return one == null ? two : two == null ? one : Long.valueOf(one + two);
  }
}
