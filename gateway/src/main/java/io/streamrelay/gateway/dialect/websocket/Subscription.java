package io.streamrelay.gateway.dialect.websocket;

import io.streamrelay.gateway.dialect.FirstEvent;
import io.streamrelay.gateway.dialect.StreamMeters;
import io.streamrelay.gateway.dialect.StreamPlace;
import io.streamrelay.gateway.tail.CloseReason;
import io.streamrelay.gateway.tail.Delivery;
import io.streamrelay.gateway.tail.Reader;
import io.streamrelay.gateway.tail.Sink;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A session, or a turn of it, on a socket: the sink of one reader. Thread-safe; its reader is never
 * called under its lock, because the hub calls in here under its own.
 */
final class Subscription implements Sink {
  private final ChatSocket socket;
  private final Topic topic;
  private final boolean follow;
  private final StreamPlace place;
  private final EventText encoding;
  private final FirstEvent first;
  private final StreamMeters meters;
  private final Runnable ready = this::ready;
  private final ReentrantLock lock = new ReentrantLock();

  // All guarded by lock.
  private @Nullable Reader reader;
  private @Nullable CloseReason early; // it was ended before there was a reader
  private boolean silent; // its client isn't told of the end
  private boolean begun; // the first event was given
  private int holding; // submits that are not answered yet
  private byte @Nullable [] held; // the next turn's first event, and nothing after it

  /**
   * @param follow of a session: it doesn't end by itself
   * @param place given back at the end
   */
  Subscription(
      ChatSocket socket,
      Topic topic,
      boolean follow,
      StreamPlace place,
      FirstEvent first,
      StreamMeters meters) {
    this.socket = socket;
    this.topic = topic;
    this.follow = follow;
    this.place = place;
    this.encoding = new EventText(topic.session());
    this.first = first;
    this.meters = meters;
  }

  Topic topic() {
    return topic;
  }

  /** Whether it has every entry of its session that will come. */
  boolean isForEver() {
    return topic.turn() == null && follow;
  }

  /** The reader it is the sink of, which may have delivered already. */
  void readBy(Reader reader) {
    lock.lock();
    CloseReason gone;
    try {
      this.reader = reader;
      gone = early;
    } finally {
      lock.unlock();
    }
    if (gone != null) {
      reader.close(gone);
    }
  }

  /**
   * Holds the next turn's first event back, which may be that of a turn of which its client doesn't
   * know yet; until {@link #release}.
   */
  void hold() {
    lock.lock();
    try {
      holding++;
    } finally {
      lock.unlock();
    }
  }

  void release() {
    lock.lock();
    try {
      holding--;
      if (holding > 0 || held == null) {
        return;
      }
      socket.outbox().add(held, 0, firstOnce());
      held = null;
    } finally {
      lock.unlock();
    }
    socket.outbox().flush(null);
    ready();
  }

  /** The socket takes more. */
  void ready() {
    Reader waiting;
    lock.lock();
    try {
      waiting = reader;
    } finally {
      lock.unlock();
    }
    if (waiting != null) {
      waiting.ready();
    }
  }

  /** Ends it at its client's word, or with its socket: nothing is said of it any more. */
  void end(CloseReason reason) {
    Reader ending;
    lock.lock();
    try {
      silent = true;
      early = reason;
      ending = reader;
    } finally {
      lock.unlock();
    }
    if (ending != null) {
      ending.close(reason);
    }
  }

  // --- What the hub says.

  @Override
  public boolean isReady() {
    lock.lock();
    try {
      if (held != null) {
        return false; // told by release
      }
    } finally {
      lock.unlock();
    }
    return socket.outbox().isReady(ready);
  }

  @Override
  public void write(Delivery delivery) {
    byte[] text = delivery.in(encoding);
    lock.lock();
    try {
      if (holding > 0 && delivery.entry().event() instanceof UserMessage) {
        held = text;
        return;
      }
    } finally {
      lock.unlock();
    }
    socket.outbox().add(text, delivery.receivedNanos(), firstOnce());
  }

  @Override
  public void writeUnrun(Terminal terminal) {
    socket.outbox().add(encoding.unrun(terminal), 0, firstOnce());
  }

  private @Nullable FirstEvent firstOnce() {
    lock.lock();
    try {
      FirstEvent given = begun ? null : first;
      begun = true;
      return given;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush() {
    socket.outbox().flush(ready);
  }

  @Override
  public void close(CloseReason reason) {
    lock.lock();
    boolean told;
    try {
      told = !silent;
      held = null;
    } finally {
      lock.unlock();
    }
    meters.closed(reason);
    meters.gone();
    first.closed(reason);
    socket.subscriptions().remove(this);
    place.close();
    if (told) {
      socket.outbox().answer(closed(topic, reason).bytes());
    }
  }

  static Answer closed(Topic topic, CloseReason reason) {
    return topic.answer("closed", null).with("reason", reason.wire());
  }
}
