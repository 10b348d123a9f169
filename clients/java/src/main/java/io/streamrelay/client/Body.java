package io.streamrelay.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, read piece by piece: the next is asked for only when the one before is
 * used up, so a slow reader slows the gateway down and takes no memory. Threads: the HTTP client's
 * put, one reader takes, any may close.
 */
final class Body implements BodySubscriber<Body> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<ByteBuffer> pieces = new ArrayDeque<>(); // guarded by lock
  private Flow.@Nullable Subscription subscription; // guarded by lock
  private boolean asked; // guarded by lock
  private boolean whole; // guarded by lock
  private boolean closed; // guarded by lock
  private @Nullable Throwable fault; // guarded by lock

  @Override
  public CompletionStage<Body> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    lock.lock();
    try {
      subscription = given;
      if (!closed) {
        changed.signalAll();
        return;
      }
    } finally {
      lock.unlock();
    }
    given.cancel();
  }

  @Override
  public void onNext(List<ByteBuffer> more) {
    lock.lock();
    try {
      more.stream().filter(ByteBuffer::hasRemaining).forEach(pieces::add);
      asked = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onError(Throwable thrown) {
    lock.lock();
    try {
      fault = thrown;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onComplete() {
    lock.lock();
    try {
      whole = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Blocks until there is more.
   *
   * @param silence so long without a byte: the connection is dead
   * @return not empty; null at the end
   * @throws IOException if the connection broke, is dead or was closed here
   */
  @Nullable ByteBuffer next(Duration silence) throws IOException, InterruptedException {
    long until = System.nanoTime() + silence.toNanos();
    while (true) {
      Flow.Subscription source;
      lock.lockInterruptibly();
      try {
        if (closed) {
          throw new IOException("the connection was closed here");
        }
        ByteBuffer piece = pieces.poll();
        if (piece != null) {
          return piece;
        }
        if (fault != null) {
          throw new IOException("the connection broke: " + fault, fault);
        }
        if (whole) {
          return null;
        }
        source = asked ? null : subscription;
        asked |= source != null;
        if (source == null) {
          long left = until - System.nanoTime();
          if (left <= 0) {
            throw new HttpTimeoutException("no byte came for " + silence.toMillis() + " ms");
          }
          changed.awaitNanos(left);
        }
      } finally {
        lock.unlock();
      }
      if (source != null) {
        source.request(1); // it may call back in here
      }
    }
  }

  /**
   * Blocks until all is there.
   *
   * @throws IOException as above, and if it is larger than {@code mostBytes} or not there by then
   */
  byte[] all(int mostBytes, Duration atMost) throws IOException, InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (true) {
      ByteBuffer piece = next(Duration.ofNanos(until - System.nanoTime()));
      if (piece == null) {
        return bytes.toByteArray();
      }
      if (piece.remaining() > mostBytes - bytes.size()) {
        throw new IOException("an answer of more than " + mostBytes + " bytes");
      }
      byte[] some = new byte[piece.remaining()];
      piece.get(some);
      bytes.write(some, 0, some.length);
    }
  }

  /** Closes the connection, unless all was read; repeated, nothing more. */
  void close() {
    Flow.Subscription source;
    lock.lock();
    try {
      source = closed || whole ? null : subscription;
      closed = true;
      pieces.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (source != null) {
      source.cancel();
    }
  }
}
