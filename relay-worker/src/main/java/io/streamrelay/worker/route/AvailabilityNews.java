package io.streamrelay.worker.route;

import io.streamrelay.protocol.model.AvailabilityPush;
import io.streamrelay.protocol.model.WorkerModels;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the gateways how this worker's models fare: every few seconds, at once when something
 * changed, and that it leaves. Thread-safe; one thread of its own.
 */
final class AvailabilityNews implements AutoCloseable {
  /** Gateways believe what they heard for five times as long. */
  static final Duration EVERY = Duration.ofSeconds(3);

  private static final Logger LOG = LoggerFactory.getLogger(AvailabilityNews.class);
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final String worker = UUID.randomUUID().toString();
  private final Function<String, WorkerModels> models;
  private final AvailabilityPush push;
  private final AtomicBoolean changed = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("availability").factory());

  /**
   * @param models what to tell, of the worker of that name
   */
  AvailabilityNews(Function<String, WorkerModels> models, AvailabilityPush push) {
    this.models = models;
    this.push = push;
  }

  void start() {
    thread.scheduleWithFixedDelay(this::tell, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Something may have changed. Never blocks; many at once are told once. */
  void changed() {
    if (changed.compareAndSet(false, true)) {
      try {
        thread.execute(this::tell);
      } catch (RejectedExecutionException e) {
        LOG.debug("closed already");
      }
    }
  }

  private void tell() {
    changed.set(false);
    try {
      push.tell(models.apply(worker));
    } catch (RuntimeException e) {
      LOG.error("telling how the models fare failed; it goes on", e);
    }
  }

  /** Says that this worker leaves, in bounded time. */
  @Override
  public void close() {
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.execute(() -> push.tell(WorkerModels.leaving(worker)));
    thread.shutdown();
    try {
      if (!thread.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
