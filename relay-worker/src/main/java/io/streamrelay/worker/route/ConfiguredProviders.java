package io.streamrelay.worker.route;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.worker.provider.Patience;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderIo;
import io.streamrelay.worker.provider.demo.DemoProvider;
import io.streamrelay.worker.route.Allowance.Limits;
import java.time.Duration;
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
  private final Tracer tracer;

  /**
   * @param type as it is configured
   * @param demo whether its failures are wished for, so that no circuit should open
   * @param bulkhead null: as many calls as come
   */
  record Configured(String type, Provider provider, boolean demo, @Nullable Bulkhead bulkhead) {}

  /** Throws {@link PropertyException} naming the property that is wrong. */
  ConfiguredProviders(ProviderProperties properties, Resilience resilience, Tracer tracer) {
    this.resilience = resilience;
    this.tracer = tracer;
    Provider demo = demo(DEMO, Patience.DEFAULT.betweenTokens());
    providers.put(DEMO, new Configured(DEMO, demo, true, null));
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
    Preset preset = preset(key, properties);
    WireProtocol protocol = protocol(key, entry, preset, properties);
    Provider provider =
        protocol == null
            ? demo(key, properties.betweenTokensTimeout())
            : overHttp(key, entry, preset, Server.of(entry, protocol, preset, properties));
    String type = protocol == null ? DEMO : protocol.type();
    providers.put(key, new Configured(type, provider, protocol == null, bulkhead(key, properties)));
  }

  /** A provider that says nothing else is what its key says, if that is one known by name. */
  private static @Nullable Preset preset(String key, ProviderProperties.Entry properties) {
    boolean silent = properties.preset() == null && properties.type() == null;
    return silent ? Preset.named(key) : properties.preset();
  }

  /** Null for {@code demo}. */
  private static @Nullable WireProtocol protocol(
      String key, String entry, @Nullable Preset preset, ProviderProperties.Entry properties) {
    String type = properties.type();
    if (type == null && preset != null) {
      return preset.protocol();
    }
    if (DEMO.equals(type) || type == null && key.equals(DEMO)) {
      return null;
    }
    WireProtocol protocol = WireProtocol.find(type);
    if (protocol == null) {
      String problem = type == null ? "is missing" : "there is no type '" + type + "'";
      throw new PropertyException(
          entry + ".type",
          problem + "; there are " + WireProtocol.types() + ", or say preset: " + Preset.names());
    }
    return protocol;
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

  private Provider demo(String key, Duration betweenTokens) {
    return observed(new DemoProvider(betweenTokens), TracedServer.demo(key));
  }

  /** Measured within its span, so that what is measured is found in its trace. */
  private Provider observed(Provider provider, TracedServer server) {
    CallMeters calls = resilience.meters().calls(server.key(), server.name());
    return new TracedProvider(new MeteredProvider(provider, calls), server, tracer);
  }

  private Provider overHttp(String key, String entry, @Nullable Preset preset, Server server) {
    ProviderProperties.Entry properties = server.properties();
    TracedServer told = TracedServer.of(key, preset, server);
    return new KeyedProvider(
        key,
        server.protocol().keys(entry, server, client(server)).stream()
            .map(each -> each.askedThrough(one -> observed(one, told)))
            .toList(),
        new Limits(properties.requestsPerMinute(), properties.tokensPerMinute()),
        resilience.keyAside(),
        resilience.maxRetryAfter(),
        resilience.meters());
  }

  private ProviderHttpClient client(Server server) {
    ProviderProperties.Entry properties = server.properties();
    Patience patience =
        new Patience(
            properties.connectTimeout(),
            properties.firstTokenTimeout(),
            properties.betweenTokensTimeout());
    return new ProviderHttpClient(
            io,
            server.baseUrl(),
            server.reach(),
            patience,
            properties.maxConnections(),
            properties.maxAnswerBytes())
        .withHeaders(server.headers());
  }

  /** Null if there is none of that key. */
  @Nullable Configured find(String key) {
    return providers.get(key);
  }

  Set<String> keys() {
    return providers.keySet();
  }

  /** The type of each, by its key. */
  Map<String, String> types() {
    Map<String, String> types = new TreeMap<>();
    providers.forEach((key, configured) -> types.put(key, configured.type()));
    return types;
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
