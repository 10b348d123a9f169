package io.streamrelay.worker.route;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The patience around a call, alike for all routes.
 *
 * @param retries tries after the first, at most, and only before the first delta. Allowed: at least
 *     0
 * @param backoff before the first retry, doubled for the next, each between half and whole of it at
 *     random. Allowed: at least 0s
 * @param maxRetryAfter a provider's wish to wait that is still waited for; a longer one puts the
 *     turn off or ends it. Allowed: at least 0s
 * @param retryBudget retries per call in the long run, so that a failing provider doesn't get twice
 *     the load. Allowed: at least 0
 * @param firstTokenBudget time in which tries may be begun, at all targets and fallbacks together;
 *     the last may still take its provider's {@code first-token-timeout}. Allowed: at least 1ms
 * @param keyAside how long a provider's key that was refused isn't used while there are others.
 *     Allowed: at least 1ms
 * @param fullWait how long a call waits for a place at a provider that has as many calls as it may.
 *     Allowed: at least 0s
 * @param circuit when a provider and model isn't asked any more
 */
@ConfigurationProperties("relay.route")
record RouteProperties(
    @DefaultValue("2") int retries,
    @DefaultValue("250ms") Duration backoff,
    @DefaultValue("2s") Duration maxRetryAfter,
    @DefaultValue("0.1") double retryBudget,
    @DefaultValue("60s") Duration firstTokenBudget,
    @DefaultValue("60s") Duration keyAside,
    @DefaultValue("100ms") Duration fullWait,
    @DefaultValue Circuit circuit) {
  /**
   * @param failureRate per cent of failed calls after which a provider and model isn't asked any
   *     more. Allowed: over 0 and at most 100
   * @param minCalls calls within the window before that may happen. Allowed: at least 1
   * @param window time that is looked back on. Allowed: at least 1s
   * @param openFor until a few calls are let through again to see. Allowed: at least 1ms
   */
  public record Circuit(
      @DefaultValue("50") float failureRate,
      @DefaultValue("10") int minCalls,
      @DefaultValue("30s") Duration window,
      @DefaultValue("10s") Duration openFor) {}
}
