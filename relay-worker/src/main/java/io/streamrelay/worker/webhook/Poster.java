package io.streamrelay.worker.webhook;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.outbox.OutboxEvent;
import io.streamrelay.worker.provider.Patience;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderIo;
import io.streamrelay.worker.provider.RetryAfter;
import io.streamrelay.worker.webhook.Try.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Posts events to one receiver, signed. Thread-safe. */
final class Poster {
  private static final String CLOUD_EVENT = "application/cloudevents+json";
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** Of an answer that nobody reads; more costs the connection, not the delivery. */
  private static final long MAX_ANSWER_BYTES = 16 * 1024;

  private final Webhook webhook;
  private final ProviderHttpClient client;
  private final InstantSource clock;

  Poster(Webhook webhook, ProviderIo io, InstantSource clock) {
    Duration timeout = webhook.timeout();
    Duration connect = timeout.compareTo(CONNECT) < 0 ? timeout : CONNECT;
    this.webhook = webhook;
    this.clock = clock;
    this.client =
        new ProviderHttpClient(
            io,
            webhook.url(),
            webhook.reach(),
            new Patience(connect, timeout, timeout),
            webhook.maxConcurrent(),
            MAX_ANSWER_BYTES);
  }

  /**
   * Blocks for the webhook's timeout at most.
   *
   * @throws InterruptedException when the thread was interrupted; whether the event arrived is
   *     unknown then
   */
  Try post(OutboxEvent event) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + webhook.timeout().toNanos();
    Instant now = clock.instant();
    byte[] body = event.json().getBytes(StandardCharsets.UTF_8);
    Map<String, String> headers =
        new HashMap<>(
            Signature.headers(webhook.secrets().keys(), event.turn().toString(), now, body));
    headers.put("content-type", CLOUD_EVENT);
    StatusAnswer answer = new StatusAnswer();
    try {
      client.post(webhook.url(), headers, body, deadlineNanos, answer);
    } catch (ProviderException e) {
      if (answer.status() == 0) {
        return Try.unanswered(isLate(e.code()) ? Outcome.TIMEOUT : Outcome.UNREACHABLE);
      }
    }
    return Try.answered(answer.status(), RetryAfter.parse(answer.retryAfter(), now));
  }

  private static boolean isLate(FailureCode code) {
    return code == FailureCode.PROVIDER_TIMEOUT || code == FailureCode.DEADLINE_EXCEEDED;
  }
}
