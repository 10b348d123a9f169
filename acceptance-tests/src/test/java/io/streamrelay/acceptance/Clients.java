package io.streamrelay.acceptance;

import io.streamrelay.client.RelayClient;
import io.streamrelay.client.RelayClientBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Java clients of gateways without keys, one for each. They end with the JVM. Thread-safe. */
final class Clients {
  private static final ConcurrentMap<String, RelayClient> PATIENT = new ConcurrentHashMap<>();
  private static final ConcurrentMap<String, RelayClient> IMPATIENT = new ConcurrentHashMap<>();

  private Clients() {}

  /** One that waits for a gateway that is replaced. */
  static RelayClient of(RelaySystem system, int gateway) {
    return PATIENT.computeIfAbsent(
        system.url(gateway), url -> builder(url).retry(Duration.ofMillis(200)).retries(20).build());
  }

  /** One that gives up soon: another gateway may do. */
  static RelayClient impatient(RelaySystem system, int gateway) {
    return IMPATIENT.computeIfAbsent(
        system.url(gateway), url -> builder(url).retry(Duration.ofMillis(100)).retries(0).build());
  }

  private static RelayClientBuilder builder(String url) {
    return RelayClient.builder(URI.create(url));
  }
}
