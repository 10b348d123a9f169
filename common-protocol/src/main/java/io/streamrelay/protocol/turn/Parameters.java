package io.streamrelay.protocol.turn;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a model is asked to answer; null leaves it to the route and the provider. The edge that takes
 * them checks their ranges.
 *
 * @param temperature how freely the model picks its words. Allowed: 0 to 2
 * @param topP share of the likeliest words it picks from. Allowed: 0 to 1
 * @param maxTokens longest answer, in tokens. Allowed: 1 to 1000000
 * @param stop texts at which the answer ends
 * @param seed for answers that repeat, where the provider can. Allowed: any
 * @param reasoningEffort how much the model thinks before it answers
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Parameters(
    @Nullable Double temperature,
    @Nullable Double topP,
    @Nullable Integer maxTokens,
    @Nullable List<String> stop,
    @Nullable Long seed,
    @Nullable ReasoningEffort reasoningEffort) {
  public static final double MAX_TEMPERATURE = 2;
  public static final double MAX_TOP_P = 1;
  public static final int MAX_MAX_TOKENS = 1_000_000;
  public static final int MAX_STOPS = 8;
  public static final Parameters NONE = new Parameters(null, null, null, null, null, null);
}
