package io.streamrelay.client.submission;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the model answers. Null: as it is configured.
 *
 * @param temperature 0 to 2
 * @param topP 0 to 1
 * @param stop at most 8 texts; empty: none
 * @param reasoningEffort {@code none}, {@code minimal}, {@code low}, {@code medium}, {@code high}
 */
public record Parameters(
    @Nullable Double temperature,
    @Nullable Double topP,
    @Nullable Integer maxTokens,
    List<String> stop,
    @Nullable Long seed,
    @Nullable String reasoningEffort) {
  public static final Parameters DEFAULT = new Parameters(null, null, null, List.of(), null, null);

  public Parameters {
    stop = List.copyOf(stop);
    checkFinite("temperature", temperature);
    checkFinite("topP", topP);
  }

  private static void checkFinite(String name, @Nullable Double number) {
    if (number != null && !Double.isFinite(number)) {
      throw new IllegalArgumentException(name + " is a number");
    }
  }

  public Parameters withTemperature(double other) {
    return new Parameters(other, topP, maxTokens, stop, seed, reasoningEffort);
  }

  public Parameters withTopP(double other) {
    return new Parameters(temperature, other, maxTokens, stop, seed, reasoningEffort);
  }

  public Parameters withMaxTokens(int other) {
    return new Parameters(temperature, topP, other, stop, seed, reasoningEffort);
  }

  public Parameters withStop(String... other) {
    return new Parameters(temperature, topP, maxTokens, List.of(other), seed, reasoningEffort);
  }

  public Parameters withSeed(long other) {
    return new Parameters(temperature, topP, maxTokens, stop, other, reasoningEffort);
  }

  public Parameters withReasoningEffort(String other) {
    return new Parameters(temperature, topP, maxTokens, stop, seed, other);
  }
}
