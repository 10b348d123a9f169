package io.streamrelay.worker.webhook;

import io.streamrelay.worker.provider.Reach.Network;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who is told of turns' ends by HTTP. {@link Webhook} checks it.
 *
 * @param webhooks by key, a plain word {@code [a-z0-9-]}, up to 64
 */
@ConfigurationProperties("relay")
record WebhookProperties(@DefaultValue Map<String, Entry> webhooks) {
  public WebhookProperties {
    webhooks = Map.copyOf(webhooks);
  }

  /**
   * One receiver.
   *
   * @param url what is posted to. Without TLS on this machine and in private networks only.
   *     Allowed: http(s)://host[:port][/path]
   * @param network which networks its addresses may be of: {@code public} means public ones and
   *     https only. Link-local addresses and the like are refused in any case
   * @param plainHttp whether it may be told by http:// over public networks, in clear
   * @param secret what signs: {@code whsec_} and base64, or plain text. Allowed: at least 24 bytes
   * @param secretFile file that holds it, read again when it changes; wins over {@code secret}
   * @param previousSecret signs, too, while a receiver changes to another secret
   * @param previousSecretFile file that holds it, likewise; it may be missing, then only the other
   *     signs
   * @param events which ends it is told of. Allowed: {@code ended}, {@code failed}, {@code
   *     cancelled}
   * @param timeout for one try, from the connection to the status of the answer. Allowed: 1ms to
   *     60s
   * @param giveUpAfter age of an event from which a try that fails is its last. Allowed: at least
   *     0s
   * @param maxConcurrent tries under way at the same time in this worker. Allowed: 1 to 1000
   */
  @ConfigurationPropertiesSource
  public record Entry(
      @Nullable String url,
      @DefaultValue("any") Network network,
      @DefaultValue("false") boolean plainHttp,
      @Nullable String secret,
      @Nullable String secretFile,
      @Nullable String previousSecret,
      @Nullable String previousSecretFile,
      @DefaultValue({"ended", "failed", "cancelled"}) Set<String> events,
      @DefaultValue("15s") Duration timeout,
      @DefaultValue("3d") Duration giveUpAfter,
      @DefaultValue("16") int maxConcurrent) {
    public Entry {
      events = Set.copyOf(events);
    }

    /** Never prints a secret. */
    @Override
    public String toString() {
      return "Entry[url=" + url + "]";
    }
  }
}
