package io.streamrelay.client;

import io.streamrelay.client.codec.EventReader;
import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.client.wire.MalformedAnswerException;
import io.streamrelay.client.wire.SseBlock;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The events of a turn or a session, over as many connections as it takes: each comes back with the
 * cursor of the last whole event, so none is missed and none comes twice. Connects when the first
 * is asked for; reads no further than it is asked.
 *
 * <p>It is read once. Closing it, which any thread may do, ends the reading at once and closes the
 * connection; so does the interruption of the reading thread, by a {@link
 * CallInterruptedException}. Neither cancels a turn. Who leaves a loop early closes it.
 *
 * <p>Not thread-safe, but for {@link #close}: owned by its reader.
 */
public final class EventStream
    implements Iterator<RelayEvent>, Iterable<RelayEvent>, AutoCloseable {
  private final Gateway gateway;
  private final String path;
  private final Until until;
  private final Life life;
  private @Nullable Cursor cursor;
  private @Nullable Connection connection;
  private @Nullable Duration retry;
  private int failures;
  private boolean isBetweenTurns;
  private @Nullable RelayEvent next;
  private volatile boolean closed; // by whoever reads it, or another thread

  /** Where a reading ends. */
  enum Until {
    /** At a terminal. */
    TURN_ENDS,
    /** When nothing runs or waits any more: the gateway says so. */
    QUIET,
    /** When its reader closes it. */
    CLOSED
  }

  EventStream(Gateway gateway, String path, @Nullable Cursor after, Until until) {
    this.gateway = gateway;
    this.path = path;
    this.cursor = after;
    this.until = until;
    this.life = gateway.begin();
  }

  @Override
  public Iterator<RelayEvent> iterator() {
    return this;
  }

  /**
   * Blocks until there is an event, or no other follows.
   *
   * @return false at the end, and once it is closed
   * @throws RelayException if coming back doesn't help, or didn't; {@link #cursor} is where to go
   *     on
   * @throws CallInterruptedException if the thread is interrupted
   */
  @Override
  public boolean hasNext() {
    if (next == null && !life.isOver()) {
      boolean isDone = false;
      try {
        next = read();
        isDone = next == null || (until == Until.TURN_ENDS && next instanceof RelayEvent.Terminal);
      } catch (InterruptedException e) {
        isDone = true;
        throw CallInterruptedException.of(e);
      } catch (RuntimeException | Error e) {
        isDone = true;
        throw e;
      } finally {
        if (isDone) {
          life.end();
        }
      }
    }
    return next != null && !closed;
  }

  /**
   * @throws NoSuchElementException if none follows
   */
  @Override
  public RelayEvent next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("no event follows");
    }
    RelayEvent event = next;
    next = null;
    return event;
  }

  /** Of the last event that was read, to go on after it; null: none was. */
  public @Nullable String cursor() {
    return cursor == null ? null : cursor.toString();
  }

  @Override
  public void close() {
    closed = true;
    life.end();
  }

  /** Null at the end. */
  private @Nullable RelayEvent read() throws InterruptedException {
    while (!life.isOver()) {
      if (Thread.interrupted()) {
        throw new InterruptedException(); // at once, whatever has come already
      }
      RelayException failure;
      try {
        if (connection == null) {
          connection = Connection.open(gateway, path, cursor, life);
        }
        if (connection.isNothing()) {
          return null;
        }
        SseBlock block = connection.next();
        if (block != null) {
          RelayEvent event = take(block);
          if (event != null) {
            return event;
          }
          continue;
        }
        failure = RelayException.noAnswer(gateway.base() + " closed an event stream early", null);
        if (until == Until.QUIET && isBetweenTurns && failures == 0) {
          failures++;
          leave();
          continue; // the next answer says at once whether more follows
        }
      } catch (IOException e) {
        failure = gateway.noAnswer(e);
      } catch (MalformedAnswerException e) {
        failure = RelayException.unexpected(0, path + ": " + e.getMessage(), e);
      } catch (RelayException e) {
        failure = e;
      }
      leave();
      if (!life.isOver()) {
        failures++;
        gateway.patience().bear(failure, failures, retry, life);
      }
    }
    return null;
  }

  /** Null of what isn't to be given. */
  private @Nullable RelayEvent take(SseBlock block) {
    Cursor id = block.id() == null ? null : Cursor.told(block.id());
    RelayEvent event = EventReader.read(block);
    boolean follows = id == null || cursor == null || id.compareTo(cursor) > 0;
    if (follows) {
      failures = 0;
    } else if (!(event instanceof RelayEvent.User)) {
      return null; // given already
    } // else the gateway has no such cursor, as one set up from an older backup, and begins anew
    if (id != null) {
      cursor = id;
    }
    if (event != null) {
      isBetweenTurns = event instanceof RelayEvent.Terminal;
    }
    return event;
  }

  private void leave() {
    if (connection != null) {
      Duration told = connection.retry();
      retry = told == null ? retry : told;
      connection = null;
    }
    life.letGo();
  }
}
