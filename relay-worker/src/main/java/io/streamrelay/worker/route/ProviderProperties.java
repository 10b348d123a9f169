package io.streamrelay.worker.route;

import io.streamrelay.worker.provider.Reach.Network;
import io.streamrelay.worker.provider.openai.MaxTokensField;
import java.time.Duration;
import java.util.Map;
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
   * @param type the wire protocol. Allowed: {@code openai-chat}, {@code anthropic-messages}, {@code
   *     gemini}, {@code bedrock-converse}, {@code ollama}, {@code demo}
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
   * @param maxTokensField with {@code openai-chat}, what it calls the limit of an answer's tokens;
   *     without it {@code max_completion_tokens} on {@code *.openai.com} and {@code
   *     *.openai.azure.com}, whose newer models refuse the other, and {@code max_tokens} everywhere
   *     else, where many servers know no other
   * @param aws with {@code bedrock-converse}, credentials that sign each request, in place of an
   *     API key
   */
  @ConfigurationPropertiesSource
  public record Entry(
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
      @Nullable MaxTokensField maxTokensField,
      @DefaultValue Aws aws) {
    public Entry {
      apiKeys = Map.copyOf(apiKeys);
      apiKeyFiles = Map.copyOf(apiKeyFiles);
    }

    boolean hasKey() {
      return apiKey != null || apiKeyFile != null || !apiKeys.isEmpty() || !apiKeyFiles.isEmpty();
    }

    long maxAnswerBytes() {
      return maxAnswer.toBytes();
    }

    /** Never prints the key. */
    @Override
    public String toString() {
      return "Entry[type="
          + type
          + ", baseUrl="
          + (baseUrl == null || baseUrl.contains("@") ? null : baseUrl)
          + ", apiKey="
          + (hasKey() ? "set" : "none")
          + "]";
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
