package io.streamrelay.gateway.dialect.sse;

import io.streamrelay.gateway.dialect.FirstEvent;
import io.streamrelay.gateway.dialect.StreamMeters;
import io.streamrelay.gateway.dialect.StreamPlace;
import io.streamrelay.gateway.tail.CloseReason;
import io.streamrelay.gateway.tail.Delivery;
import io.streamrelay.gateway.tail.Reader;
import io.streamrelay.gateway.tail.Sink;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One client's event stream: a sink that never waits for its socket. While a write is under way,
 * what comes is joined and goes out in one write once the socket takes it.
 *
 * <p>Thread-safe: written to on the threads of the hub, told about its socket on Jetty's. The
 * reader is never called under the lock, because the hub calls in here under its own.
 */
final class SseConnection implements Sink, WriteListener, AsyncListener {
  private final SseStreams streams;
  private final AsyncContext context;
  private final ServletOutputStream socket;
  private final SseClient client;
  private final StreamPlace place;
  private final FirstEvent first;
  private final SseFormat format;
  private final StreamMeters meters;
  private final ReentrantLock lock = new ReentrantLock();

  // All guarded by lock.
  private final Pending pending = new Pending();
  private boolean started; // Jetty has said that we may write
  private boolean writing; // a write is under way: wait for onWritePossible
  private long sinceNanos; // when the write began, or the last one ended
  private long receivedNanos; // of the oldest push in the write under way
  private boolean doubted; // the client may be gone: write a ping
  private boolean eventAdded; // an event, no retry and no ping, was added
  private boolean eventWritten; // and it is in a write, of which the socket may have some left
  private boolean eventCame; // and the socket took it
  private @Nullable CloseReason closed; // nothing is added any more
  private @Nullable CloseReason early; // the client went before there was a reader
  private boolean finished; // the format has said all: the reader is to be closed
  private boolean aborted;
  private boolean completed; // by us or Jetty
  private boolean requestOver;
  private @Nullable Reader reader;

  SseConnection(
      SseStreams streams,
      AsyncContext context,
      ServletOutputStream socket,
      SseClient client,
      StreamPlace place,
      FirstEvent first,
      SseFormat format,
      StreamMeters meters) {
    this.streams = streams;
    this.context = context;
    this.socket = socket;
    this.client = client;
    this.place = place;
    this.first = first;
    this.format = format;
    this.meters = meters;
    this.sinceNanos = streams.nanos();
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
    } else {
      reader.ready();
    }
  }

  // --- What the hub says.

  @Override
  public boolean isReady() {
    lock.lock();
    try {
      return !writing && closed == null && pending.size() < streams.properties().maxPending();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(Delivery delivery) {
    lock.lock();
    try {
      addEvent(format.blocks(delivery), delivery.receivedNanos());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void writeUnrun(Terminal terminal) {
    lock.lock();
    try {
      addEvent(format.unrun(terminal), 0);
    } finally {
      lock.unlock();
    }
  }

  /** Adds blocks that go out with the next flush. */
  void add(byte[] blocks) {
    lock.lock();
    try {
      add(blocks, 0);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush() {
    lock.lock();
    boolean failed;
    try {
      failed = !send();
    } finally {
      lock.unlock();
    }
    if (failed) {
      end(CloseReason.DISCONNECTED);
    }
  }

  @Override
  public void close(CloseReason reason) {
    lock.lock();
    boolean failed;
    try {
      if (closed != null) {
        return;
      }
      closed = reason;
      if (reason == CloseReason.SLOW || reason == CloseReason.DISCONNECTED) {
        pending.clear();
        if (writing) {
          cut();
        }
      } else if (!format.over()) {
        addBlocks(format.closing(reason), 0);
      }
      failed = !send();
      completeIfSent();
    } finally {
      lock.unlock();
    }
    meters.closed(reason);
    if (failed) {
      gone();
    }
  }

  // --- What Jetty says.

  @Override
  public void onWritePossible() {
    lock.lock();
    boolean failed;
    Reader waiting;
    try {
      started = true;
      if (writing) {
        writing = false;
        sent(receivedNanos);
      }
      failed = !send();
      completeIfSent();
      waiting = writing || closed != null ? null : reader;
    } finally {
      lock.unlock();
    }
    if (failed) {
      end(CloseReason.DISCONNECTED);
    } else if (waiting != null) {
      waiting.ready();
    }
  }

  @Override
  public void onError(Throwable failure) {
    gone();
  }

  /** The client has left its stream. Where an answer has begun, Jetty calls nothing after this. */
  @Override
  public void onError(AsyncEvent event) {
    gone();
    over();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    gone();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    over();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this);
  }

  // --- What time says.

  /** Pings a silent client, and cuts one that takes too long. */
  void tick(long nowNanos) {
    lock.lock();
    boolean slow = false;
    boolean failed = false;
    try {
      long nanos = nowNanos - sinceNanos;
      if (completed) {
        return;
      }
      long writeNanos = streams.properties().writeTimeout().toNanos();
      if (writing && nanos >= writeNanos) {
        slow = closed == null;
        if (!slow) {
          cut();
        }
        if (nanos >= 2 * writeNanos) {
          client.cutConnection();
        }
      } else if (closed == null
          && started
          && !writing
          && nanos >= streams.properties().ping().toNanos()) {
        pending.add(format.ping(), 0);
        failed = !send();
      }
    } finally {
      lock.unlock();
    }
    if (slow) {
      end(CloseReason.SLOW);
    } else if (failed) {
      end(CloseReason.DISCONNECTED);
    }
  }

  /**
   * Finds out by a ping whether the client is gone. A write under way may be through already, and
   * know nothing of it: then the ping follows.
   */
  void probe() {
    lock.lock();
    boolean failed;
    try {
      doubted = true;
      failed = !send();
    } finally {
      lock.unlock();
    }
    if (failed) {
      end(CloseReason.DISCONNECTED);
    }
  }

  /** Tells the client when to come back, and closes. */
  void drain(long retryMillis) {
    add(format.retry(retryMillis));
    flush();
    end(CloseReason.DRAINING);
  }

  /** Closes: the reader's key is one no more. */
  void revoke() {
    end(CloseReason.REVOKED);
  }

  /** Why it was closed; of one that nobody closed yet the client is gone. */
  private CloseReason reason() {
    lock.lock();
    try {
      return closed == null ? CloseReason.DISCONNECTED : closed;
    } finally {
      lock.unlock();
    }
  }

  SseClient client() {
    return client;
  }

  StreamMeters meters() {
    return meters;
  }

  /** Cuts the connection, whatever is under way. */
  void cutNow() {
    lock.lock();
    try {
      cut();
    } finally {
      lock.unlock();
    }
  }

  // --- Under the lock.

  private void addEvent(byte[] blocks, long receivedNanos) {
    eventAdded |= closed == null && blocks.length > 0;
    add(blocks, receivedNanos);
    if (format.over() && !finished) {
      finished = true;
      Thread.startVirtualThread(() -> end(CloseReason.FINISHED)); // the hub is under its lock
    }
  }

  private void add(byte[] blocks, long receivedNanos) {
    if (closed == null) {
      addBlocks(blocks, receivedNanos);
    }
  }

  private void addBlocks(byte[] blocks, long receivedNanos) {
    if (blocks.length > 0) {
      pending.add(blocks, receivedNanos);
    }
  }

  /** Writes what is pending, unless a write is under way. False: the client is gone. */
  private boolean send() {
    if (!started || writing || aborted || completed) {
      return true;
    }
    if (doubted && closed == null) {
      doubted = false;
      pending.add(format.ping(), 0);
    }
    try {
      while (pending.size() > 0 && socket.isReady()) {
        sinceNanos = streams.nanos();
        receivedNanos = pending.receivedNanos();
        socket.write(pending.take());
        eventWritten = eventAdded;
        writing = !socket.isReady();
        if (!writing) {
          sent(receivedNanos);
        }
      }
      return true;
    } catch (IOException | RuntimeException e) {
      pending.clear();
      return false;
    }
  }

  private void sent(long receivedNanos) {
    long nanos = streams.nanos();
    sinceNanos = nanos;
    if (eventWritten && !eventCame) {
      eventCame = true;
      first.came(nanos);
    }
    if (receivedNanos != 0) {
      meters.delivered(nanos - receivedNanos);
    }
  }

  private void completeIfSent() {
    if (closed != null && !completed && started && !writing && pending.size() == 0) {
      completed = true;
      if (format.breaks()) {
        cut();
      }
      context.complete();
    }
  }

  private void cut() {
    if (!aborted) {
      aborted = true;
      client.cut();
    }
  }

  // --- Not under the lock.

  /** The socket failed. */
  private void gone() {
    lock.lock();
    try {
      started = true;
      writing = false;
      aborted = true;
      pending.clear();
    } finally {
      lock.unlock();
    }
    end(CloseReason.DISCONNECTED);
    lock.lock();
    try {
      completeIfSent();
    } finally {
      lock.unlock();
    }
  }

  /** The request is: nothing of it may be used any more. Said more than once it has no effect. */
  private void over() {
    lock.lock();
    try {
      completed = true;
      if (requestOver) {
        return;
      }
      requestOver = true;
    } finally {
      lock.unlock();
    }
    end(CloseReason.DISCONNECTED); // unless it was closed: then we have completed it
    first.closed(reason());
    streams.forget(this);
    place.close();
  }

  private void end(CloseReason reason) {
    Reader ending;
    lock.lock();
    try {
      ending = reader;
      early = reason;
    } finally {
      lock.unlock();
    }
    if (ending != null) {
      ending.close(reason);
    }
  }
}
