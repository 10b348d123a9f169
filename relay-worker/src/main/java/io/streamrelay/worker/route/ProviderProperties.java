package io.streamrelay.worker.route;

import io.streamrelay.worker.provider.Reach.Network;
import io.streamrelay.worker.provider.openai.KeyHeader;
import io.streamrelay.worker.provider.openai.OpenAiQuirks;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.Feature;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.MaxTokensField;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.ReasoningField;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.SeedField;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The servers that run models. {@link ConfiguredProviders} checks it.
 *
 * @param providers by key, a plain word {@code [a-z0-9-]+}
 */
@ConfigurationProperties("relay")
record ProviderProperties(@DefaultValue Map<String, Entry> providers) {
  public ProviderProperties {
    providers = Map.copyOf(providers);
  }

  /**
   * One server.
   *
   * @param preset a server that is known by name: its wire protocol, its address and what is
   *     different there, as far as nothing else is said. A provider that has neither {@code preset}
   *     nor {@code type} is the preset that its key names
   * @param type the wire protocol; without it the preset's. Allowed: {@code openai-chat}, {@code
   *     openai-responses}, {@code anthropic-messages}, {@code gemini}, {@code bedrock-converse},
   *     {@code ollama}, {@code demo}
   * @param baseUrl where it is, without the part that the wire protocol adds, such as {@code
   *     /chat/completions}; without it the public server of who made the protocol. Allowed:
   *     http(s)://host[:port][/path]
   * @param network which networks its addresses may be of: {@code public} means public ones and
   *     https only. Without it {@code public} for a public server that is asked without a {@code
   *     base-url}, else {@code any}. Link-local addresses and the like are refused in any case
   * @param plainHttp whether a server may be asked by http:// over public networks, with keys and
   *     prompts in clear; on this machine and in private networks it may
   * @param apiKey what it is asked with; only a server on this machine may go without, and {@code
   *     bedrock-converse} with the credentials of {@code aws}
   * @param apiKeyFile file that holds the key, read again when it changes; wins over {@code
   *     api-key}
   * @param apiKeys further keys, each by a name that logs may show; empty: none
   * @param apiKeyFiles files that hold further keys, likewise; each wins over the {@code api-keys}
   *     of its name
   * @param maxConcurrent calls under way at the same time in this worker, at most; without it as
   *     many as come. Allowed: at least 1
   * @param requestsPerMinute calls begun with each key, in this worker; without it as many as come.
   *     Allowed: at least 1
   * @param tokensPerMinute tokens of prompts and answers with each key, in this worker, reserved by
   *     an estimate and settled by what the provider counts; without it as many as come. Allowed:
   *     at least 1
   * @param connectTimeout until a connection is made. Allowed: more than 0s
   * @param firstTokenTimeout from the request to the first token. Allowed: more than 0s
   * @param betweenTokensTimeout from token to token; keep-alives don't count. Allowed: more than 0s
   * @param maxConnections open at the same time, at most. Allowed: at least 1
   * @param maxAnswer size of one answer on the wire, at most. Allowed: at least 1B
   * @param quirks with {@code openai-chat}, how far its format differs from OpenAI's; {@code
   *     openai-responses} knows its {@code key-header}
   * @param headers sent with each request besides what the wire protocol needs, by name
   * @param background with {@code openai-responses}, whether answers are generated in the
   *     background and kept at the provider: they outlive their connection then, and the worker
   * @param aws with {@code bedrock-converse}, credentials that sign each request, in place of an
   *     API key
   */
  @ConfigurationPropertiesSource
  public record Entry(
      @Nullable Preset preset,
      @Nullable String type,
      @Nullable String baseUrl,
      @Nullable Network network,
      @DefaultValue("false") boolean plainHttp,
      @Nullable String apiKey,
      @Nullable String apiKeyFile,
      @DefaultValue Map<String, String> apiKeys,
      @DefaultValue Map<String, String> apiKeyFiles,
      @Nullable Integer maxConcurrent,
      @Nullable Integer requestsPerMinute,
      @Nullable Integer tokensPerMinute,
      @DefaultValue("3s") Duration connectTimeout,
      @DefaultValue("30s") Duration firstTokenTimeout,
      @DefaultValue("20s") Duration betweenTokensTimeout,
      @DefaultValue("1000") int maxConnections,
      @DefaultValue("64MB") DataSize maxAnswer,
      @DefaultValue Quirks quirks,
      @DefaultValue Map<String, String> headers,
      @DefaultValue("false") boolean background,
      @DefaultValue Aws aws) {
    public Entry {
      apiKeys = Map.copyOf(apiKeys);
      apiKeyFiles = Map.copyOf(apiKeyFiles);
      headers = Map.copyOf(headers);
    }

    boolean hasBaseUrl() {
      return baseUrl != null && !baseUrl.isBlank();
    }

    boolean hasKey() {
      return apiKey != null || apiKeyFile != null || !apiKeys.isEmpty() || !apiKeyFiles.isEmpty();
    }

    long maxAnswerBytes() {
      return maxAnswer.toBytes();
    }

    /** Never prints a key or a header. */
    @Override
    public String toString() {
      return "Entry[preset="
          + preset
          + ", type="
          + type
          + ", baseUrl="
          + (baseUrl == null || baseUrl.contains("@") ? null : baseUrl)
          + ", apiKey="
          + (hasKey() ? "set" : "none")
          + "]";
    }
  }

  /**
   * How far a server's chat completions are OpenAI's. Many refuse what they don't know. What isn't
   * said is as its preset says, else as usual.
   *
   * @param maxTokensField what it calls the limit of an answer's tokens; without it {@code
   *     max_completion_tokens} on {@code *.openai.com} and {@code *.openai.azure.com}, whose newer
   *     models refuse the other, and {@code max_tokens} everywhere else, where many servers know no
   *     other
   * @param keyHeader that carries the key: {@code Authorization} with {@code Bearer} before it, any
   *     other the key alone
   * @param seedField what it calls the seed; {@code none}: it takes none
   * @param reasoningField how it is told to think: {@code "reasoning_effort": "low"}, {@code
   *     "reasoning": {"effort": "low"}}, {@code "thinking": {"type": "enabled"}} beside the first,
   *     {@code "enable_thinking": true}; {@code none}: it can't be told
   * @param streamOptions whether it takes {@code stream_options}, by which usage is asked for
   * @param jsonSchema whether it takes a schema for the answer; else it is asked for JSON only
   * @param parallelToolCalls whether it can be told to call one tool at a time
   * @param foreignToolCallIds whether it takes ids of tool calls as other providers made them; else
   *     those that aren't nine letters and digits are replaced
   * @param metadata whether it takes callers' {@code metadata}
   */
  @ConfigurationPropertiesSource
  public record Quirks(
      @Nullable MaxTokensField maxTokensField,
      @Nullable String keyHeader,
      @Nullable SeedField seedField,
      @Nullable ReasoningField reasoningField,
      @Nullable Boolean streamOptions,
      @Nullable Boolean jsonSchema,
      @Nullable Boolean parallelToolCalls,
      @Nullable Boolean foreignToolCallIds,
      @Nullable Boolean metadata) {
    static final Quirks NONE = new Quirks(null, null, null, null, null, null, null, null, null);

    boolean isOfKeyOnly() {
      return equals(new Quirks(null, keyHeader, null, null, null, null, null, null, null));
    }

    /** {@code known} where nothing is said here. */
    OpenAiQuirks over(OpenAiQuirks known) {
      OpenAiQuirks quirks =
          new OpenAiQuirks(
              Objects.requireNonNullElse(maxTokensField, known.maxTokens()),
              keyHeader == null ? known.keyHeader() : new KeyHeader(keyHeader),
              Objects.requireNonNullElse(seedField, known.seed()),
              Objects.requireNonNullElse(reasoningField, known.reasoning()),
              known.takes());
      quirks = over(quirks, Feature.STREAM_OPTIONS, streamOptions);
      quirks = over(quirks, Feature.JSON_SCHEMA, jsonSchema);
      quirks = over(quirks, Feature.PARALLEL_TOOL_CALLS, parallelToolCalls);
      quirks = over(quirks, Feature.FOREIGN_TOOL_CALL_IDS, foreignToolCallIds);
      return over(quirks, Feature.METADATA, metadata);
    }

    private static OpenAiQuirks over(OpenAiQuirks known, Feature feature, @Nullable Boolean said) {
      return said == null ? known : known.with(feature, said);
    }
  }

  /**
   * AWS credentials, which sign requests.
   *
   * @param region of the server; without it the one that the base URL names. Without a base URL it
   *     says which server is asked. Allowed: such as us-east-1
   * @param accessKeyId of the credentials that sign
   * @param accessKeyIdFile file that holds it, read again when it changes; wins
   * @param secretAccessKey of the same credentials
   * @param secretAccessKeyFile file that holds it, likewise
   * @param sessionToken of the same credentials, if they end
   * @param sessionTokenFile file that holds it, likewise
   */
  @ConfigurationPropertiesSource
  public record Aws(
      @Nullable String region,
      @Nullable String accessKeyId,
      @Nullable String accessKeyIdFile,
      @Nullable String secretAccessKey,
      @Nullable String secretAccessKeyFile,
      @Nullable String sessionToken,
      @Nullable String sessionTokenFile) {

    /** Never prints the credentials. */
    @Override
    public String toString() {
      return "Aws[region=" + region + "]";
    }
  }
}
