package io.streamrelay.worker.route;

import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.worker.provider.Patience;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.Watchdog;
import io.streamrelay.worker.provider.demo.DemoProvider;
import io.streamrelay.worker.provider.openai.OpenAiChatProvider;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All providers of this worker, made from {@code relay.providers}. {@code demo} is always there.
 * Thread-safe.
 */
final class ConfiguredProviders implements AutoCloseable {
  static final String DEMO = "demo";

  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredProviders.class);
  private static final String OPENAI_CHAT = "openai-chat";
  private static final Pattern KEY = Pattern.compile("[a-z0-9-]+");
  private static final String OPENAI = "https://api.openai.com/v1";

  private final Map<String, Provider> providers = new TreeMap<>();
  private final Set<String> demos = new TreeSet<>(Set.of(DEMO));
  private final Watchdog watchdog = new Watchdog();

  /** Throws {@link PropertyException} naming the property that is wrong. */
  ConfiguredProviders(ProviderProperties properties) {
    providers.put(DEMO, new DemoProvider(Patience.DEFAULT.betweenTokens()));
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
    if (DEMO.equals(type)) {
      providers.put(key, new DemoProvider(properties.betweenTokensTimeout()));
      demos.add(key);
    } else if (OPENAI_CHAT.equals(type)) {
      providers.put(key, openAi(entry, properties));
      demos.remove(key);
    } else {
      String problem = type == null ? "is missing" : "there is no type '" + type + "'";
      throw new PropertyException(
          entry + ".type", problem + "; there are " + DEMO + ", " + OPENAI_CHAT);
    }
  }

  private static void checkLimits(String entry, ProviderProperties.Entry properties) {
    positive(entry + ".connect-timeout", properties.connectTimeout());
    positive(entry + ".first-token-timeout", properties.firstTokenTimeout());
    positive(entry + ".between-tokens-timeout", properties.betweenTokensTimeout());
    if (properties.maxConnections() < 1) {
      throw new PropertyException(entry + ".max-connections", "must be at least 1");
    }
    if (properties.maxAnswerBytes() < 1) {
      throw new PropertyException(entry + ".max-answer", "must be positive");
    }
  }

  private static void positive(String property, Duration duration) {
    if (!duration.isPositive()) {
      throw new PropertyException(property, "must be positive");
    }
  }

  private Provider openAi(String entry, ProviderProperties.Entry properties) {
    URI baseUrl = baseUrl(entry + ".base-url", properties.baseUrl());
    Patience patience =
        new Patience(
            properties.connectTimeout(),
            properties.firstTokenTimeout(),
            properties.betweenTokensTimeout());
    var keys = ApiKeys.of(entry, properties, baseUrl);
    return new OpenAiChatProvider(
        baseUrl,
        keys,
        properties.maxTokensField(),
        new ProviderHttpClient(
            patience, properties.maxConnections(), properties.maxAnswerBytes(), watchdog));
  }

  private static URI baseUrl(String property, @Nullable String given) {
    String text = given == null || given.isBlank() ? OPENAI : given.strip();
    try {
      URI url = new URI(text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      boolean plain =
          url.getHost() != null
              && url.getRawUserInfo() == null
              && url.getRawQuery() == null
              && url.getRawFragment() == null;
      if (http && plain) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below, without the text: it may hold a password.
    }
    throw new PropertyException(
        property, "must be http(s)://host[:port][/path], without user, query or fragment");
  }

  /** Null if there is none of that key. */
  @Nullable Provider find(String key) {
    return providers.get(key);
  }

  /** Whether its failures are wished for, so that no circuit should open. */
  boolean isDemo(String key) {
    return demos.contains(key);
  }

  Set<String> keys() {
    return providers.keySet();
  }

  /** Closes all connections, also those in use. */
  @Override
  public void close() {
    for (Provider provider : providers.values()) {
      if (provider instanceof OpenAiChatProvider http) {
        try {
          http.close();
        } catch (IOException e) {
          LOG.debug("closing connections", e);
        }
      }
    }
    watchdog.close();
  }
}
