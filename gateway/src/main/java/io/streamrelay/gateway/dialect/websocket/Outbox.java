package io.streamrelay.gateway.dialect.websocket;

import io.streamrelay.gateway.dialect.FirstEvent;
import io.streamrelay.gateway.dialect.StreamMeters;
import io.streamrelay.protocol.time.Time;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/**
 * What goes out by one socket, without waiting for it: one write is under way, what comes meanwhile
 * goes out with the next. Whoever finds it full is told when it takes more, the longest waiting
 * first and one at a time, so that no session on a socket keeps the others from it.
 *
 * <p>Thread-safe. Nothing of others is called under its lock: Jetty and the hub call in here under
 * locks of their own.
 */
final class Outbox {
  private final CoreSession socket;
  private final WebSocketProperties bounds;
  private final Time time;
  private final Executor executor;
  private final StreamMeters meters;
  private final ReentrantLock lock = new ReentrantLock();

  // All guarded by lock.
  private List<byte[]> texts = new ArrayList<>(1);
  private List<FirstEvent> firsts = List.of(); // of the streams whose first event is in the texts
  private int size; // of the texts, in bytes
  private long receivedNanos; // of the oldest push in the texts; 0: none was pushed
  private byte @Nullable []
      pong; // the answer to the last ping; those to earlier ones may be missed
  private boolean ping;
  private @Nullable CloseStatus closing; // the last frame; no text is added any more
  private boolean closeSent;
  private boolean writing;
  private long sinceNanos; // when the write under way began, or the last one ended
  private boolean over;
  private final Deque<Runnable> stalled = new ArrayDeque<>(0);
  private @Nullable Runnable reading; // what reads the socket on

  Outbox(
      CoreSession socket,
      WebSocketProperties bounds,
      Time time,
      Executor executor,
      StreamMeters meters) {
    this.socket = socket;
    this.bounds = bounds;
    this.time = time;
    this.executor = executor;
    this.meters = meters;
    this.sinceNanos = time.nanos();
  }

  /**
   * Whether another event can be taken now.
   *
   * @param who is run later, once, if not; the same for the same
   */
  boolean isReady(Runnable who) {
    lock.lock();
    try {
      if (takesMore()) {
        return true;
      }
      if (!over && closing == null && !stalled.contains(who)) {
        stalled.add(who);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds an event, which goes out with the next flush.
   *
   * @param receivedNanos of its push, 0 if it wasn't pushed
   * @param first of whose stream it is the first; null: it isn't
   */
  void add(byte[] text, long receivedNanos, @Nullable FirstEvent first) {
    lock.lock();
    try {
      if (over || closing != null) {
        return;
      }
      texts.add(text);
      size += text.length;
      if (this.receivedNanos == 0) {
        this.receivedNanos = receivedNanos;
      }
      if (first != null) {
        firsts = new ArrayList<>(firsts);
        firsts.add(first);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Adds an answer, and sends it. */
  void answer(byte[] text) {
    add(text, 0, null);
    flush(null);
  }

  /**
   * Sends what was added. May be called under locks of others.
   *
   * @param who will ask again by itself whether more is taken
   */
  void flush(@Nullable Runnable who) {
    send();
    lock.lock();
    boolean others;
    try {
      stalled.remove(who);
      others = takesMore() && !stalled.isEmpty() || reading != null && readsOn();
    } finally {
      lock.unlock();
    }
    if (others) {
      executor.execute(this::wake);
    }
  }

  /** Answers a ping. */
  void pong(byte[] payload) {
    lock.lock();
    try {
      pong = payload;
    } finally {
      lock.unlock();
    }
    flush(null);
  }

  /** Asks the client whether it is there. */
  void ping() {
    lock.lock();
    try {
      ping = true;
    } finally {
      lock.unlock();
    }
    flush(null);
  }

  /** Runs it, once, as soon as answers to what is read can be taken. */
  void whenReady(Runnable read) {
    lock.lock();
    boolean now;
    try {
      now = readsOn();
      reading = now || over ? null : read;
    } finally {
      lock.unlock();
    }
    if (now) {
      read.run();
    }
  }

  /** Sends what was added, then the close frame. Only the first has an effect. */
  void close(CloseStatus status) {
    lock.lock();
    try {
      if (closing == null) {
        closing = status;
      }
    } finally {
      lock.unlock();
    }
    flush(null);
  }

  /** The socket is no more. */
  void over() {
    lock.lock();
    try {
      forget();
    } finally {
      lock.unlock();
    }
  }

  /** How long the write under way takes already, in nanoseconds; 0: there is none. */
  long writingNanos(long nowNanos) {
    lock.lock();
    try {
      return writing ? nowNanos - sinceNanos : 0;
    } finally {
      lock.unlock();
    }
  }

  // --- The rest: sending, by whoever finds that nobody does.

  private void send() {
    Batch batch = next();
    while (batch != null && batch.write()) {
      batch = next();
    }
  }

  private @Nullable Batch next() {
    lock.lock();
    try {
      if (writing || over || closeSent) {
        return null;
      }
      boolean last = closing != null && texts.isEmpty();
      if (!last && texts.isEmpty() && pong == null && !ping) {
        return null;
      }
      Batch batch = new Batch(texts, firsts, receivedNanos, pong, ping, last ? closing : null);
      texts = new ArrayList<>(1);
      firsts = List.of();
      size = 0;
      receivedNanos = 0;
      pong = null;
      ping = false;
      closeSent = last;
      writing = true;
      sinceNanos = time.nanos();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Calls those that wait, until it is full again. Not under locks of others. */
  private void wake() {
    Runnable waiting = waiting();
    while (waiting != null) {
      waiting.run();
      waiting = waiting();
    }
  }

  private @Nullable Runnable waiting() {
    lock.lock();
    try {
      if (reading != null && readsOn()) {
        Runnable read = reading;
        reading = null;
        return read;
      }
      return takesMore() ? stalled.poll() : null;
    } finally {
      lock.unlock();
    }
  }

  // --- Under the lock.

  private boolean takesMore() {
    return !writing && !over && closing == null && size < bounds.maxPending();
  }

  /** After the close frame for the client's own. */
  private boolean readsOn() {
    return takesMore() || closeSent;
  }

  private void forget() {
    over = true;
    writing = false;
    texts = List.of();
    firsts = List.of();
    size = 0;
    pong = null;
    reading = null;
    stalled.clear();
  }

  /** One write: frames of which the last one's callback is that of all. */
  private final class Batch implements Callback {
    private final List<byte[]> texts;
    private final List<FirstEvent> firsts;
    private final long receivedNanos;
    private final byte @Nullable [] pong;
    private final boolean ping;
    private final @Nullable CloseStatus close;
    private boolean done; // guarded by lock
    private boolean left; // guarded by lock: nobody waits for it

    Batch(
        List<byte[]> texts,
        List<FirstEvent> firsts,
        long receivedNanos,
        byte @Nullable [] pong,
        boolean ping,
        @Nullable CloseStatus close) {
      this.texts = texts;
      this.firsts = firsts;
      this.receivedNanos = receivedNanos;
      this.pong = pong;
      this.ping = ping;
      this.close = close;
    }

    /** Whether it is through already. Else whoever ends it goes on. */
    boolean write() {
      List<Frame> frames = frames();
      for (int i = 0; i < frames.size(); i++) {
        boolean last = i == frames.size() - 1;
        socket.sendFrame(frames.get(i), last ? this : Callback.NOOP, !last);
      }
      lock.lock();
      try {
        left = !done;
        return done;
      } finally {
        lock.unlock();
      }
    }

    private List<Frame> frames() {
      List<Frame> frames = new ArrayList<>(texts.size() + 1);
      if (ping) {
        frames.add(new Frame(OpCode.PING));
      }
      if (pong != null) {
        frames.add(new Frame(OpCode.PONG, true, ByteBuffer.wrap(pong)));
      }
      for (byte[] text : texts) {
        add(text, frames);
      }
      if (close != null) {
        frames.add(new Farewell(close));
      }
      return frames;
    }

    /** No frame is larger than those that are taken. */
    private void add(byte[] text, List<Frame> frames) {
      int most = bounds.maxFrameBytes();
      int at = 0;
      do {
        int length = Math.min(most, text.length - at);
        byte opCode = at == 0 ? OpCode.TEXT : OpCode.CONTINUATION;
        boolean last = at + length == text.length;
        frames.add(new Frame(opCode, last, ByteBuffer.wrap(text, at, length).slice()));
        at += length;
      } while (at < text.length);
    }

    @Override
    public void succeeded() {
      long nanos = time.nanos();
      boolean goOn;
      lock.lock();
      try {
        done = true;
        writing = false;
        sinceNanos = nanos;
        goOn = left;
      } finally {
        lock.unlock();
      }
      if (receivedNanos != 0) {
        meters.delivered(nanos - receivedNanos);
      }
      firsts.forEach(first -> first.came(nanos));
      if (goOn) {
        send();
        wake();
      }
    }

    /** Jetty says the same of the socket itself. */
    @Override
    public void failed(Throwable failure) {
      lock.lock();
      try {
        done = true;
        forget();
      } finally {
        lock.unlock();
      }
    }
  }
}
