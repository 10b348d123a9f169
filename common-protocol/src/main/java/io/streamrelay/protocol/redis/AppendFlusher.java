package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * Sends appends on one connection: all that were put since the last round trip in the next one.
 *
 * <p>An append that comes a spacing or more after the last round trip began goes out at once. One
 * that comes sooner waits for others until then: a wake-up, two system calls here and as many in
 * Redis are what an append costs most, and under load they are shared.
 *
 * <p>Threads: anybody puts; one thread of its own takes, sends and completes; anybody may watch and
 * close. When that thread ends, for whatever reason, every append gets its answer.
 */
final class AppendFlusher implements AutoCloseable {
  /** Appends that may wait. One turn has one unanswered, so this is far beyond a worker's slots. */
  static final int MAX_QUEUED = 65_536;

  private static final Logger log = LoggerFactory.getLogger(AppendFlusher.class);
  private static final int MAX_PER_ROUND_TRIP = 512;
  private static final Duration IDLE_TURN = Duration.ofMillis(200);
  private static final Duration MAX_STALL = Duration.ofSeconds(5);
  private static final Duration DRAIN = Duration.ofSeconds(2);

  private final BlockingQueue<AppendCommand> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
  private final RedisConnections connections;
  private final AppendRoute route;
  private final Duration retention;
  private final long spacingNanos;
  private final AppendMeters meters;
  private final byte[] publish;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final WarningLimit warnings = new WarningLimit();
  private final Backoff backoff = new Backoff(); // the flusher thread's, as the next
  private long flushedNanos = System.nanoTime() - Duration.ofSeconds(1).toNanos();
  private volatile @Nullable RawConnection connection;
  private volatile long progressNanos = System.nanoTime();
  private volatile boolean ended;

  AppendFlusher(
      String name,
      RedisConnections connections,
      AppendRoute route,
      RedisProtocolProperties properties,
      AppendMeters meters) {
    this.connections = connections;
    this.route = route;
    this.retention = properties.retention();
    this.spacingNanos = properties.flushSpacing().toNanos();
    this.meters = meters;
    this.publish = connections.publishCommand().getBytes(StandardCharsets.US_ASCII);
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    thread.start();
  }

  /** Never blocks; the answer comes by the command's future, also when it can't be sent. */
  void put(AppendCommand command) {
    if (closing.getCount() == 0 || !queue.offer(command)) {
      fail(List.of(command), new StoreUnavailableException("Too many appends wait, or closing"));
    } else if (ended && queue.remove(command)) {
      fail(List.of(command), new StoreUnavailableException("The appender is closed"));
    }
  }

  private void run() {
    List<AppendCommand> batch = new ArrayList<>();
    try {
      while (closing.getCount() > 0 || !queue.isEmpty()) {
        progressNanos = System.nanoTime();
        AppendCommand first = queue.poll(IDLE_TURN.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          awaitSpacing();
          queue.drainTo(batch, MAX_PER_ROUND_TRIP - 1);
          flushedNanos = System.nanoTime();
          flush(batch);
          batch.clear();
        }
      }
    } catch (InterruptedException e) {
      log.info("{} was interrupted and ends", thread.getName());
    } finally {
      ended = true;
      disconnect();
      queue.drainTo(batch);
      fail(batch, new StoreUnavailableException("The appender is closed"));
    }
  }

  /** An interrupt ends the wait at once, and shows at the next poll. */
  private void awaitSpacing() {
    long wait = flushedNanos + spacingNanos - System.nanoTime();
    if (wait > 0) {
      LockSupport.parkNanos(this, wait);
    }
  }

  private void flush(List<AppendCommand> batch) throws InterruptedException {
    try {
      RawConnection raw = connected();
      List<AppendCommand> again = exchange(raw, batch);
      if (!again.isEmpty()) {
        raw.sendCommand(Command.SCRIPT, "LOAD", RedisScripts.APPEND_TEXT);
        raw.getOne();
        fail(exchange(raw, again), new StoreUnavailableException("Redis forgets its scripts"));
      }
      backoff.reset();
    } catch (RuntimeException e) {
      long times = warnings.passes();
      if (times > 0) {
        log.warn("{}: lost Redis ({}×): {}", thread.getName(), times, e.getMessage());
      }
      disconnect();
      route.lost();
      fail(batch, RedisFaults.unavailable("append", e)); // those with an answer keep it
      closing.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /**
   * One round trip; completes what is answered as the answers come.
   *
   * @return those to be sent again, once the script is loaded
   */
  private List<AppendCommand> exchange(RawConnection raw, List<AppendCommand> commands) {
    List<AppendCommand> again = new ArrayList<>(0);
    long began = System.nanoTime();
    for (AppendCommand command : commands) {
      command.write(raw, publish, retention);
    }
    raw.send();
    for (AppendCommand command : commands) {
      try {
        AppendResult result = command.result(command.read(raw));
        if (result == null) {
          again.add(command.anew());
        } else {
          complete(command, result);
        }
      } catch (JedisDataException e) {
        refused(command, e, again);
      }
      progressNanos = System.nanoTime();
    }
    meters.tripTook(commands.size(), System.nanoTime() - began);
    return again;
  }

  private void refused(AppendCommand command, JedisDataException e, List<AppendCommand> again) {
    if (RedisFaults.says(e, "NOSCRIPT")) {
      again.add(command);
    } else if (e instanceof JedisRedirectionException to
        && command.redirects() < AppendCommand.MAX_REDIRECTS) {
      route.redirect(command, to);
    } else if (RedisFaults.isElsewhere(e)) {
      throw e; // connect anew: elsewhere
    } else {
      fail(List.of(command), RedisFaults.unavailable("append", e));
    }
  }

  private void complete(AppendCommand command, AppendResult result) {
    meters.answered(result);
    command.answer().complete(result);
  }

  private void fail(List<AppendCommand> commands, StoreUnavailableException why) {
    for (AppendCommand command : commands) {
      if (command.answer().completeExceptionally(why)) {
        meters.failed(why);
      }
    }
  }

  private RawConnection connected() {
    RawConnection raw = connection;
    if (raw == null) {
      raw = connections.connect(route.node(), "relay-append", connections.timeout());
      connection = raw;
    }
    return raw;
  }

  private void disconnect() {
    RawConnection raw = connection;
    connection = null;
    if (raw != null) {
      raw.cut();
    }
  }

  /** How long ago it last did anything, be it only to find nothing to do. */
  Duration sinceProgress() {
    return Duration.ofNanos(System.nanoTime() - progressNanos);
  }

  /** Cuts a connection that takes no bytes and gives none: writing to a socket knows no timeout. */
  void cutIfStalled() {
    RawConnection raw = connection;
    if (raw != null && sinceProgress().compareTo(MAX_STALL) > 0) {
      raw.cut();
    }
  }

  /** No more appends; what waits is still sent, for a bounded time, then fails. */
  @Override
  public void close() {
    closing.countDown();
    try {
      if (!thread.join(DRAIN)) {
        thread.interrupt();
        disconnect();
        thread.join(DRAIN);
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      disconnect();
      Thread.currentThread().interrupt();
    }
  }

  /** For tests of its interruption. */
  Thread thread() {
    return thread;
  }
}
