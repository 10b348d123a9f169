package io.streamrelay.worker.provider.openai;

import java.net.URI;
import java.util.Locale;

/**
 * How far a server's chat completions are OpenAI's. Many refuse what they don't know, so what one
 * can't take mustn't be sent. Immutable.
 *
 * @param maxTokens what it calls the limit of an answer's tokens
 * @param keyHeader that carries the key: {@code Authorization} with {@code Bearer} before it, any
 *     other the key alone
 * @param seed what it calls the seed
 * @param streamOptions whether it takes {@code stream_options}, by which usage is asked for;
 *     without it the server sends usage unasked, or none
 * @param jsonSchema whether it takes a schema for the answer; else it is asked for JSON only
 * @param parallelToolCalls whether it can be told to call one tool at a time
 * @param shortToolCallIds whether the ids of tool calls must be of nine letters and digits, so that
 *     those that other providers made must be replaced
 */
public record OpenAiQuirks(
    MaxTokensField maxTokens,
    String keyHeader,
    SeedField seed,
    boolean streamOptions,
    boolean jsonSchema,
    boolean parallelToolCalls,
    boolean shortToolCallIds) {
  /** The header that OpenAI's own key is sent in. */
  public static final String AUTHORIZATION = "Authorization";

  /** Of a server of which nothing is known but that it took the format over. */
  public static final OpenAiQuirks USUAL =
      new OpenAiQuirks(
          MaxTokensField.MAX_TOKENS, AUTHORIZATION, SeedField.SEED, true, true, true, false);

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
    return new OpenAiQuirks(
        other, keyHeader, seed, streamOptions, jsonSchema, parallelToolCalls, shortToolCallIds);
  }

  /** The same with the key in that header. */
  public OpenAiQuirks withKeyIn(String header) {
    return new OpenAiQuirks(
        maxTokens, header, seed, streamOptions, jsonSchema, parallelToolCalls, shortToolCallIds);
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
}
