package io.streamrelay.benchmarks.prove;

import io.streamrelay.benchmarks.load.SseEvents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection with events. Read by one thread; a watchdog on another one closes it when it has
 * been silent for too long or its reader's patience is over, since a read alone waits for ever.
 */
final class EventConnection {
  /** How it came to its end. */
  enum End {
    /** The server closed it. */
    CLOSED,
    /** We did, on purpose. */
    DROPPED,
    /** It broke. */
    BROKEN,
    /** Nothing came for so long that it must be dead. */
    SILENT,
    /** The reader's patience was over. */
    OVERDUE
  }

  /** A ping comes after 10 s: the protocol calls a connection dead after this. */
  private static final long MOST_SILENCE_NANOS = Duration.ofSeconds(25).toNanos();

  private static final int BUFFER_BYTES = 8192;

  private final InputStream body;
  private final LongSupplier patienceOverNanos;
  private volatile long lastByteNanos = System.nanoTime();
  private volatile @Nullable End forced;

  /**
   * @param patienceOverNanos when to close it, by {@link System#nanoTime}; asked again and again
   */
  EventConnection(InputStream body, LongSupplier patienceOverNanos) {
    this.body = body;
    this.patienceOverNanos = patienceOverNanos;
  }

  /**
   * Blocks until it has ended.
   *
   * @param dropAfter bytes of the body, read and handed on, before it is closed; negative: never
   */
  End read(long dropAfter, SseEvents events) {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = dropAfter < 0 ? Long.MAX_VALUE : dropAfter;
    try (body) {
      while (left > 0) {
        int length = body.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (length < 0) {
          return ended(End.CLOSED);
        }
        lastByteNanos = System.nanoTime();
        events.take(ByteBuffer.wrap(buffer, 0, length));
        left -= length;
      }
      return End.DROPPED;
    } catch (IOException e) {
      return ended(End.BROKEN);
    }
  }

  private End ended(End otherwise) {
    End end = forced;
    return end == null ? otherwise : end;
  }

  /** Closes it if it is time to. */
  void lookAt(long nowNanos) {
    if (nowNanos - patienceOverNanos.getAsLong() > 0) {
      close(End.OVERDUE);
    } else if (nowNanos - lastByteNanos > MOST_SILENCE_NANOS) {
      close(End.SILENT);
    }
  }

  private void close(End why) {
    forced = why;
    try {
      body.close();
    } catch (IOException e) {
      // It is closed.
    }
  }
}
