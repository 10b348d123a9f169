package io.streamrelay.worker.route;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.worker.provider.Patience;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderIo;
import io.streamrelay.worker.provider.Reach;
import io.streamrelay.worker.provider.Reach.Network;
import io.streamrelay.worker.provider.demo.DemoProvider;
import io.streamrelay.worker.route.Allowance.Limits;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;

/**
 * All providers of this worker, made from {@code relay.providers}. {@code demo} is always there.
 * Thread-safe.
 */
final class ConfiguredProviders implements AutoCloseable {
  static final String DEMO = "demo";

  private static final Pattern KEY = Pattern.compile("[a-z0-9-]+");

  private final Map<String, Configured> providers = new TreeMap<>();
  private final ProviderIo io = new ProviderIo(SSLContexts.createSystemDefault());
  private final Resilience resilience;

  /**
   * @param demo whether its failures are wished for, so that no circuit should open
   * @param bulkhead null: as many calls as come
   */
  record Configured(Provider provider, boolean demo, @Nullable Bulkhead bulkhead) {}

  /** Throws {@link PropertyException} naming the property that is wrong. */
  ConfiguredProviders(ProviderProperties properties, Resilience resilience) {
    this.resilience = resilience;
    Provider demo = new DemoProvider(Patience.DEFAULT.betweenTokens());
    providers.put(DEMO, new Configured(demo, true, null));
    try {
      new TreeMap<>(properties.providers()).forEach(this::add);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void add(String key, ProviderProperties.Entry properties) {
    String entry = "relay.providers." + key;
    if (!KEY.matcher(key).matches()) {
      throw new PropertyException(entry, "a key is a plain word of a-z, 0-9 and '-'");
    }
    checkLimits(entry, properties);
    String type = properties.type() == null && key.equals(DEMO) ? DEMO : properties.type();
    WireProtocol protocol = WireProtocol.find(type);
    if (DEMO.equals(type)) {
      Provider demo = new DemoProvider(properties.betweenTokensTimeout());
      providers.put(key, new Configured(demo, true, bulkhead(key, properties)));
    } else if (protocol != null) {
      Provider http = overHttp(protocol, key, entry, properties);
      providers.put(key, new Configured(http, false, bulkhead(key, properties)));
    } else {
      String problem = type == null ? "is missing" : "there is no type '" + type + "'";
      throw new PropertyException(entry + ".type", problem + "; there are " + WireProtocol.types());
    }
  }

  private @Nullable Bulkhead bulkhead(String key, ProviderProperties.Entry properties) {
    Integer most = properties.maxConcurrent();
    return most == null ? null : resilience.bulkhead(key, most);
  }

  private static void checkLimits(String entry, ProviderProperties.Entry properties) {
    positive(entry + ".connect-timeout", properties.connectTimeout());
    positive(entry + ".first-token-timeout", properties.firstTokenTimeout());
    positive(entry + ".between-tokens-timeout", properties.betweenTokensTimeout());
    if (properties.maxConnections() < 1) {
      throw new PropertyException(entry + ".max-connections", "must be at least 1");
    }
    atLeastOne(entry + ".max-concurrent", properties.maxConcurrent());
    atLeastOne(entry + ".requests-per-minute", properties.requestsPerMinute());
    atLeastOne(entry + ".tokens-per-minute", properties.tokensPerMinute());
    if (properties.maxAnswerBytes() < 1) {
      throw new PropertyException(entry + ".max-answer", "must be positive");
    }
  }

  private static void atLeastOne(String property, @Nullable Integer limit) {
    PropertyException.unless(limit == null || limit >= 1, property, "must be at least 1");
  }

  private static void positive(String property, Duration duration) {
    if (!duration.isPositive()) {
      throw new PropertyException(property, "must be positive");
    }
  }

  private Provider overHttp(
      WireProtocol protocol, String key, String entry, ProviderProperties.Entry properties) {
    String property = entry + ".base-url";
    String given = properties.baseUrl() == null ? "" : properties.baseUrl().strip();
    boolean own = !given.isEmpty();
    URI baseUrl = BaseUrl.parse(property, own ? given : protocol.defaultBaseUrl(entry, properties));
    Reach reach = reach(entry, properties, baseUrl, own);
    BaseUrl.check(property, baseUrl, reach);
    ProviderHttpClient http = client(baseUrl, reach, properties);
    List<ApiKey> keys = protocol.keys(entry, properties, baseUrl, http);
    return new KeyRing(
        key,
        keys,
        new Limits(properties.requestsPerMinute(), properties.tokensPerMinute()),
        resilience.keyAside(),
        resilience.maxRetryAfter(),
        resilience.meters());
  }

  /**
   * Where it may be: a public server is known to be one where we chose it ourselves.
   *
   * @param own whether the base URL was given
   */
  static Reach reach(String entry, ProviderProperties.Entry properties, URI baseUrl, boolean own) {
    boolean https = "https".equals(baseUrl.getScheme());
    Network byUrl = own || !https ? Network.ANY : Network.PUBLIC;
    Network network = properties.network() == null ? byUrl : properties.network();
    PropertyException.unless(
        https || network == Network.ANY,
        entry + ".base-url",
        "must be https:// where " + entry + ".network is public");
    return new Reach(entry, network, https, properties.plainHttp());
  }

  private ProviderHttpClient client(URI baseUrl, Reach reach, ProviderProperties.Entry properties) {
    Patience patience =
        new Patience(
            properties.connectTimeout(),
            properties.firstTokenTimeout(),
            properties.betweenTokensTimeout());
    return new ProviderHttpClient(
        io, baseUrl, reach, patience, properties.maxConnections(), properties.maxAnswerBytes());
  }

  /** Null if there is none of that key. */
  @Nullable Configured find(String key) {
    return providers.get(key);
  }

  Set<String> keys() {
    return providers.keySet();
  }

  /** Whether their answers are still read. */
  boolean isAlive() {
    return io.isAlive();
  }

  /** Closes all connections, also those in use. */
  @Override
  public void close() {
    io.close();
  }
}
