package io.streamrelay.gateway.dialect.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.protocol.event.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** Usage in OpenAI's words. Their clients need the first three: 0 where the provider sent none. */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
record ChatUsage(
    long promptTokens,
    long completionTokens,
    long totalTokens,
    @Nullable PromptDetails promptTokensDetails,
    @Nullable CompletionDetails completionTokensDetails) {
  @JsonNaming(SnakeCaseStrategy.class)
  record PromptDetails(long cachedTokens) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record CompletionDetails(long reasoningTokens) {}

  /** Null if the provider sent nothing at all. */
  static @Nullable ChatUsage of(@Nullable Usage usage) {
    if (usage == null) {
      return null;
    }
    long prompt = orNone(usage.inputTokens());
    long completion = orNone(usage.outputTokens());
    Long total = usage.totalTokens();
    Long cached = usage.cachedTokens();
    Long reasoning = usage.reasoningTokens();
    return new ChatUsage(
        prompt,
        completion,
        total == null ? prompt + completion : total,
        cached == null ? null : new PromptDetails(cached),
        reasoning == null ? null : new CompletionDetails(reasoning));
  }

  private static long orNone(@Nullable Long tokens) {
    return tokens == null ? 0 : tokens;
  }
}
