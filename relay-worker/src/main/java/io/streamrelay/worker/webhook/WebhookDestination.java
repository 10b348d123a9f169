package io.streamrelay.worker.webhook;

import io.streamrelay.worker.outbox.Delivery;
import io.streamrelay.worker.outbox.Destination;
import io.streamrelay.worker.outbox.OutboxEvent;
import io.streamrelay.worker.webhook.Try.Outcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * One webhook: events of one session one after the other, of different sessions at once, as many as
 * are allowed. A receiver that wants to be left alone is, with all events.
 *
 * <p>Thread-safe.
 */
final class WebhookDestination implements Destination {
  /** Behind an event of its session. */
  private static final Delivery BEHIND = new Delivery.Later("behind", null);

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

  private record Session(String owner, String session) {}

  @Override
  public String name() {
    return "webhook:" + webhook.key();
  }

  /** Takes twice the webhook's timeout at most: no try begins after the first of them. */
  @Override
  public List<Delivery> deliver(List<OutboxEvent> events) throws InterruptedException {
    long untilNanos = System.nanoTime() + webhook.timeout().toNanos();
    Delivery[] became = new Delivery[events.size()];
    List<Callable<Void>> sessions = new ArrayList<>();
    for (List<Integer> places : bySession(events)) {
      sessions.add(() -> {
        deliverInOrder(events, places, became, untilNanos);
        return null;
      });
    }
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("webhook-" + webhook.key() + "-", 1).factory())) {
      for (Future<Void> session : threads.invokeAll(sessions)) {
        session.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return List.of(became);
  }

  /** The places of each session's events. */
  private static Iterable<List<Integer>> bySession(List<OutboxEvent> events) {
    Map<Session, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < events.size(); i++) {
      OutboxEvent event = events.get(i);
      places
          .computeIfAbsent(new Session(event.owner(), event.session()), key -> new ArrayList<>())
          .add(i);
    }
    return places.values();
  }

  private void deliverInOrder(
      List<OutboxEvent> events, List<Integer> places, Delivery[] became, long untilNanos)
      throws InterruptedException {
    boolean held = false;
    for (int place : places) {
      Delivery delivery = held ? BEHIND : deliver(events.get(place), untilNanos);
      became[place] = delivery;
      held = held || delivery instanceof Delivery.Later;
    }
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
