package io.streamrelay.worker.webhook;

import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.worker.provider.BaseUrl;
import io.streamrelay.worker.provider.Reach;
import io.streamrelay.worker.provider.Reach.Network;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A receiver as configured.
 *
 * @param key its name in the configuration, which logs and metrics may show
 * @param reach where its addresses may be
 * @param events the last words of the types of events it is told
 * @param timeout of one try
 * @param giveUpAfter age of an event from which a try that fails is its last
 * @param maxConcurrent tries at the same time
 */
record Webhook(
    String key,
    URI url,
    Reach reach,
    Secrets secrets,
    Set<String> events,
    Duration timeout,
    Duration giveUpAfter,
    int maxConcurrent) {
  private static final Pattern KEY = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Set<String> EVENTS = Set.of("ended", "failed", "cancelled");
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final int MOST = 1000;

  /** Throws {@link PropertyException} naming the property that is wrong. */
  static Webhook of(String key, WebhookProperties.Entry properties) {
    String entry = "relay.webhooks." + key;
    PropertyException.unless(
        KEY.matcher(key).matches(), entry, "a key is a plain word of a-z, 0-9 and '-', up to 64");
    URI url = url(entry + ".url", properties.url());
    Duration timeout = properties.timeout();
    PropertyException.unless(
        timeout.toMillis() >= 1 && timeout.compareTo(LONGEST) <= 0,
        entry + ".timeout",
        "must be 1ms to 60s");
    PropertyException.unless(
        !properties.giveUpAfter().isNegative(), entry + ".give-up-after", "must be at least 0s");
    PropertyException.unless(
        properties.maxConcurrent() >= 1 && properties.maxConcurrent() <= MOST,
        entry + ".max-concurrent",
        "must be 1 to " + MOST);
    return new Webhook(
        key,
        url,
        reach(entry, url, properties),
        Secrets.of(entry, properties),
        events(entry + ".events", properties.events()),
        timeout,
        properties.giveUpAfter(),
        properties.maxConcurrent());
  }

  private static URI url(String property, @Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new PropertyException(property, "is missing");
    }
    return BaseUrl.parse(property, text.strip());
  }

  private static Reach reach(String entry, URI url, WebhookProperties.Entry properties) {
    boolean https = "https".equals(url.getScheme());
    PropertyException.unless(
        https || properties.network() == Network.ANY,
        entry + ".url",
        "must be https:// where " + entry + ".network is public");
    Reach reach = new Reach(entry, "url", properties.network(), https, properties.plainHttp());
    BaseUrl.check(entry + ".url", url, reach);
    return reach;
  }

  private static Set<String> events(String property, Set<String> configured) {
    PropertyException.unless(
        !configured.isEmpty() && EVENTS.containsAll(configured),
        property,
        "must be some of " + String.join(", ", new TreeSet<>(EVENTS)));
    return configured;
  }
}
