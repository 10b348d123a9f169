package io.streamrelay.worker.webhook;

import io.streamrelay.protocol.turn.Destinations;
import io.streamrelay.worker.outbox.Delivery;
import io.streamrelay.worker.outbox.Destination;
import io.streamrelay.worker.outbox.OutboxEvent;
import io.streamrelay.worker.webhook.Try.Outcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One webhook. Events go at once, as many as are allowed; a receiver that wants to be left alone
 * is, with all of them.
 *
 * <p>Thread-safe.
 */
final class WebhookDestination implements Destination {
  /** For threads to come by turns. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final Webhook webhook;
  private final Poster poster;
  private final WebhookMeters meters;
  private final InstantSource clock;
  private final Semaphore places;
  private final AtomicLong quietUntilNanos = new AtomicLong(System.nanoTime());

  WebhookDestination(Webhook webhook, Poster poster, WebhookMeters meters, InstantSource clock) {
    this.webhook = webhook;
    this.poster = poster;
    this.meters = meters;
    this.clock = clock;
    this.places = new Semaphore(webhook.maxConcurrent(), true);
  }

  @Override
  public String name() {
    return Destinations.webhook(webhook.key());
  }

  /** Twice the timeout: no try begins after the first of them. */
  @Override
  public Duration longest() {
    return webhook.timeout().multipliedBy(2).plus(MARGIN);
  }

  @Override
  public List<Delivery> deliver(List<OutboxEvent> events) throws InterruptedException {
    long untilNanos = System.nanoTime() + webhook.timeout().toNanos();
    List<Callable<Delivery>> deliveries = new ArrayList<>();
    events.forEach(event -> deliveries.add(() -> deliver(event, untilNanos)));
    List<Delivery> became = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("webhook-" + webhook.key() + "-", 1).factory())) {
      for (Future<Delivery> delivery : threads.invokeAll(deliveries)) {
        became.add(delivery.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return became;
  }

  private Delivery deliver(OutboxEvent event, long untilNanos) throws InterruptedException {
    if (!webhook.events().contains(event.type().substring(event.type().lastIndexOf('.') + 1))) {
      return new Delivery.Done();
    }
    if (!places.tryAcquire(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      return new Delivery.Later("busy", Duration.ZERO);
    }
    try {
      long quietNanos = quietUntilNanos.get() - System.nanoTime();
      return quietNanos > 0 ? leftAlone(event, Duration.ofNanos(quietNanos)) : tried(event);
    } finally {
      places.release();
    }
  }

  /** Not tried now: the last try was made before. */
  private Delivery leftAlone(OutboxEvent event, Duration quiet) {
    return event.attempts() > 0 && isTooOld(event)
        ? givenUp("quiet")
        : new Delivery.Later("quiet", quiet);
  }

  private Delivery tried(OutboxEvent event) throws InterruptedException {
    long begun = System.nanoTime();
    Try tried = poster.post(event);
    meters.took(Duration.ofNanos(System.nanoTime() - begun));
    leaveAlone(tried.retryAfter());
    return switch (tried.outcome()) {
      case DELIVERED -> {
        meters.count(Outcome.DELIVERED);
        yield new Delivery.Done();
      }
      case GONE -> {
        meters.count(Outcome.GONE);
        yield new Delivery.Never(tried.why());
      }
      case LIMITED, REJECTED, FAILED, TIMEOUT, UNREACHABLE, GIVEN_UP -> {
        if (isTooOld(event)) {
          yield givenUp(tried.why());
        }
        meters.count(tried.outcome());
        yield new Delivery.Later(tried.why(), tried.retryAfter());
      }
    };
  }

  private void leaveAlone(@Nullable Duration retryAfter) {
    if (retryAfter != null) {
      quietUntilNanos.set(System.nanoTime() + retryAfter.toNanos());
    }
  }

  private boolean isTooOld(OutboxEvent event) {
    return event.createdAt().plus(webhook.giveUpAfter()).isBefore(clock.instant());
  }

  private Delivery givenUp(String why) {
    meters.count(Outcome.GIVEN_UP);
    return new Delivery.Never("given_up_" + why);
  }
}
