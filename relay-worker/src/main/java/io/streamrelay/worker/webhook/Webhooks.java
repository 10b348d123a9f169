package io.streamrelay.worker.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.worker.outbox.Destination;
import io.streamrelay.worker.provider.ProviderIo;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;

/**
 * All webhooks of this worker, made from {@code relay.webhooks}. They have a reading thread of
 * their own, if there are any: no receiver can hold up what models say. Thread-safe.
 */
final class Webhooks implements AutoCloseable {
  private static final int MOST_LABELS = 10;
  private static final String OTHER = "other";

  private final @Nullable ProviderIo io;
  private final Map<String, Destination> destinations = new TreeMap<>();

  /** Throws {@link PropertyException} naming the property that is wrong. */
  Webhooks(WebhookProperties properties, MeterRegistry meters) {
    List<Webhook> webhooks =
        new TreeMap<>(properties.webhooks())
            .entrySet().stream().map(each -> Webhook.of(each.getKey(), each.getValue())).toList();
    new WebhookMeters(meters, OTHER); // series are there before there is anything to count
    ProviderIo reading = webhooks.isEmpty() ? null : io();
    if (reading != null) {
      webhooks.forEach(each -> destinations.put(each.key(), destination(each, reading, meters)));
    }
    io = reading;
  }

  private static ProviderIo io() {
    return new ProviderIo(
        "webhook-io", SSLContexts.createSystemDefault(), InetAddress::getAllByName);
  }

  /** The first by the alphabet have series of their own. */
  private Destination destination(Webhook webhook, ProviderIo io, MeterRegistry meters) {
    InstantSource clock = InstantSource.system();
    String label = destinations.size() < MOST_LABELS ? webhook.key() : OTHER;
    return new WebhookDestination(
        webhook, new Poster(webhook, io, clock), new WebhookMeters(meters, label), clock);
  }

  /**
   * The webhook of that key.
   *
   * @throws IllegalArgumentException if there is none
   */
  Destination destination(String key) {
    Destination destination = destinations.get(key);
    if (destination == null) {
      throw new IllegalArgumentException("no webhook " + key);
    }
    return destination;
  }

  /** Whether their answers are still read. */
  boolean isAlive() {
    return io == null || io.isAlive();
  }

  /** Closes all connections, also those in use. */
  @Override
  public void close() {
    if (io != null) {
      io.close();
    }
  }
}
