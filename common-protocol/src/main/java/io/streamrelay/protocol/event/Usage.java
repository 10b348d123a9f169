package io.streamrelay.protocol.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** Tokens the provider billed. What it didn't send is null, never 0. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Usage(
    @Nullable Long inputTokens,
    @Nullable Long outputTokens,
    @Nullable Long totalTokens,
    @Nullable Long cachedTokens,
    @Nullable Long reasoningTokens) {

  /** Both together; null plus null stays null. */
  public Usage plus(Usage other) {
    return new Usage(
        sum(inputTokens, other.inputTokens),
        sum(outputTokens, other.outputTokens),
        sum(totalTokens, other.totalTokens),
        sum(cachedTokens, other.cachedTokens),
        sum(reasoningTokens, other.reasoningTokens));
  }

  private static @Nullable Long sum(@Nullable Long one, @Nullable Long two) {
    return one == null ? two : two == null ? one : Long.valueOf(one + two);
  }
}
