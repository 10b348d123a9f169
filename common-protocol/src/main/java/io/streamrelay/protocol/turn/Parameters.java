package io.streamrelay.protocol.turn;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a model is asked to answer; null leaves it to the route and the provider. The edge that takes
 * them checks their ranges.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Parameters(
    @Nullable Double temperature,
    @Nullable Double topP,
    @Nullable Integer maxTokens,
    @Nullable List<String> stop,
    @Nullable Long seed) {
  public static final Parameters NONE = new Parameters(null, null, null, null, null);
}
