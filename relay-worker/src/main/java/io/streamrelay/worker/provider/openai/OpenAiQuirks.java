package io.streamrelay.worker.provider.openai;

import java.net.URI;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How far a server's chat completions are OpenAI's. Many refuse what they don't know, so what one
 * can't take mustn't be sent. Immutable.
 *
 * @param maxTokens what it calls the limit of an answer's tokens
 * @param keyHeader that carries the key
 * @param seed what it calls the seed
 * @param reasoning how it is told to think
 * @param takes what of the rest may be sent
 */
public record OpenAiQuirks(
    MaxTokensField maxTokens,
    KeyHeader keyHeader,
    SeedField seed,
    ReasoningField reasoning,
    Set<Feature> takes) {
  /** Of a server of which nothing is known but that it took the format over. */
  public static final OpenAiQuirks USUAL =
      new OpenAiQuirks(
          MaxTokensField.MAX_TOKENS,
          KeyHeader.AUTHORIZATION,
          SeedField.SEED,
          ReasoningField.REASONING_EFFORT,
          EnumSet.complementOf(EnumSet.of(Feature.METADATA)));

  public OpenAiQuirks {
    takes = Set.copyOf(takes);
  }

  /**
   * OpenAI's and Azure's by their host: their newer models refuse the older name of the limit,
   * which is the only one that many others know. Of all others the usual.
   */
  public static OpenAiQuirks of(URI baseUrl) {
    String host = baseUrl.getHost() == null ? "" : baseUrl.getHost().toLowerCase(Locale.ROOT);
    boolean newer =
        host.equals("openai.com")
            || host.endsWith(".openai.com")
            || host.endsWith(".openai.azure.com");
    return newer ? USUAL.with(MaxTokensField.MAX_COMPLETION_TOKENS) : USUAL;
  }

  /** The same with that name of the limit. */
  public OpenAiQuirks with(MaxTokensField other) {
    return new OpenAiQuirks(other, keyHeader, seed, reasoning, takes);
  }

  /** The same with the key in that header. */
  public OpenAiQuirks withKeyIn(KeyHeader header) {
    return new OpenAiQuirks(maxTokens, header, seed, reasoning, takes);
  }

  /** The same with that name of the seed. */
  public OpenAiQuirks with(SeedField other) {
    return new OpenAiQuirks(maxTokens, keyHeader, other, reasoning, takes);
  }

  /** The same, told to think that way. */
  public OpenAiQuirks with(ReasoningField other) {
    return new OpenAiQuirks(maxTokens, keyHeader, seed, other, takes);
  }

  /** The same, with or without a feature. */
  public OpenAiQuirks with(Feature feature, boolean taken) {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    features.addAll(takes);
    if (taken) {
      features.add(feature);
    } else {
      features.remove(feature);
    }
    return new OpenAiQuirks(maxTokens, keyHeader, seed, reasoning, features);
  }

  /** The same without these. */
  public OpenAiQuirks without(Feature... refused) {
    List<Feature> all = Arrays.asList(refused);
    return new OpenAiQuirks(
        maxTokens,
        keyHeader,
        seed,
        reasoning,
        Set.copyOf(takes.stream().filter(feature -> !all.contains(feature)).toList()));
  }

  boolean takes(Feature feature) {
    return takes.contains(feature);
  }

  /** What a server may take or not. */
  public enum Feature {
    /**
     * {@code stream_options}, by which usage is asked for; without it the server sends usage
     * unasked, or none.
     */
    STREAM_OPTIONS,
    /** A schema for the answer; else it is asked for JSON only. */
    JSON_SCHEMA,
    /** Being told to call one tool at a time. */
    PARALLEL_TOOL_CALLS,
    /**
     * Ids of tool calls as other providers made them; else those that aren't nine letters and
     * digits are replaced.
     */
    FOREIGN_TOOL_CALL_IDS,
    /** Callers' notes. */
    METADATA
  }

  /** What a server calls the limit of an answer's tokens. */
  public enum MaxTokensField {
    MAX_TOKENS,
    MAX_COMPLETION_TOKENS;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a server calls the seed; {@link #NONE}: it takes none. */
  public enum SeedField {
    SEED,
    RANDOM_SEED,
    NONE;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How a server is told to think: by which field. {@link #NONE}: it can't be told. */
  public enum ReasoningField {
    /** {@code "reasoning_effort": "low"}, OpenAI's. */
    REASONING_EFFORT,
    /** {@code "reasoning": {"effort": "low"}}, OpenRouter's. */
    REASONING,
    /** {@code "thinking": {"type": "enabled"}} beside OpenAI's, DeepSeek's. */
    THINKING,
    /** {@code "enable_thinking": true}, DashScope's: whether, not how much. */
    ENABLE_THINKING,
    NONE
  }
}
