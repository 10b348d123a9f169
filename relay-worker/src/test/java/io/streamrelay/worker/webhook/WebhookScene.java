package io.streamrelay.worker.webhook;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.worker.outbox.OutboxEvent;
import io.streamrelay.worker.provider.ProviderIo;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.core5.ssl.SSLContexts;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** What a webhook is made of, the clock in a test's hands. Thread-safe. */
final class WebhookScene implements AutoCloseable {
  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ProviderIo io;
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

  WebhookScene() {
    this(
        new ProviderIo("webhook-io", SSLContexts.createSystemDefault(), InetAddress::getAllByName));
  }

  WebhookScene(ProviderIo io) {
    this.io = io;
  }

  /** As configured: {@code timeout=1s}. */
  static WebhookProperties.Entry properties(String... settings) {
    Map<String, String> map = new HashMap<>(Map.of("relay.webhooks.x.secret", SECRET));
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      map.put("relay.webhooks.x." + setting.substring(0, equals), setting.substring(equals + 1));
    }
    return Objects.requireNonNull(
        new Binder(new MapConfigurationPropertySource(map))
            .bindOrCreate("relay", Bindable.of(WebhookProperties.class))
            .webhooks()
            .get("x"));
  }

  WebhookDestination destination(String... settings) {
    Webhook webhook = Webhook.of("x", properties(settings));
    return new WebhookDestination(
        webhook, new Poster(webhook, io, now::get), new WebhookMeters(meters, "x"), now::get);
  }

  void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  /** A turn that has just ended. */
  OutboxEvent event(String session) {
    return event(session, "ended", 0);
  }

  OutboxEvent event(String session, String status, int attempts) {
    UUID turn = UUID.randomUUID();
    return new OutboxEvent(
        turn,
        "anna",
        session,
        "io.streamrelay.turn." + status,
        "{\"id\": \"" + turn + "\", \"data\": {\"note\": \"Grüße 🌍\"}}",
        now.get(),
        attempts);
  }

  double count(String outcome) {
    return meters
        .get("relay.webhook.deliveries")
        .tag("webhook", "x")
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  @Override
  public void close() {
    io.close();
  }
}
