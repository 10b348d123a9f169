package io.streamrelay.gateway.dialect.websocket;

import io.streamrelay.gateway.caller.Allowance;
import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.dialect.StreamPlace;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.exception.CloseException;
import org.jspecify.annotations.Nullable;

/**
 * One client's socket. It is read a frame at a time, and on only when what the frame asked for is
 * done and its answer has a place: who sends faster than that waits, by TCP. What the frames say is
 * {@link Requests}' to do, what goes out is the {@link Outbox}'s.
 *
 * <p>Thread-safe: told about its socket on Jetty's threads, never on two at once; does its client's
 * work on the executor's, one message at a time; closed from anywhere.
 */
final class ChatSocket implements FrameHandler {
  /** How long either side may take to answer a close frame. */
  private static final Duration CLOSING = Duration.ofSeconds(5);

  /** Frames that are still read after our close frame, of which their client didn't know yet. */
  private static final int MOST_LATE = 2000;

  /** Messages in a row that can't be understood. */
  private static final int MOST_INVALID = 10;

  private static final byte[] NOTHING = {};

  private final ChatSockets all;
  private final Caller caller;
  private final StreamPlace place;
  private final Allowance allowance;
  private final Assembly assembly;
  private final Subscriptions subscriptions;
  private final AtomicReference<@Nullable CloseCode> ended = new AtomicReference<>();
  private volatile @Nullable Wire wire;
  private volatile boolean working; // on a message, or its answers have no place yet
  private final AtomicBoolean decided = new AtomicBoolean(); // it was opened, or given up
  private volatile long heardNanos;
  private volatile long pingedNanos; // 0: nothing is waited for
  private volatile long closedNanos; // since a close frame, of either side; 0: there was none
  private int late; // frames after ours; owned by whoever reads
  private int invalid; // owned by whoever works on a message

  /** Its two sides, once it is open. */
  private record Wire(CoreSession session, Outbox outbox) {}

  /**
   * @param place given back when the socket is gone
   */
  ChatSocket(ChatSockets all, Caller caller, StreamPlace place) {
    this.all = all;
    this.caller = caller;
    this.place = place;
    WebSocketProperties bounds = all.properties();
    this.heardNanos = all.nanos();
    this.allowance = new Allowance(bounds.framesPerSecond(), bounds.frameBurst(), heardNanos);
    this.assembly = new Assembly(all.maxMessageBytes());
    this.subscriptions = new Subscriptions(bounds.subscriptions());
  }

  Caller caller() {
    return caller;
  }

  Outbox outbox() {
    return wire().outbox();
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  private Wire wire() {
    Wire open = wire;
    if (open == null) {
      throw new IllegalStateException("not open yet");
    }
    return open;
  }

  /** One message; null: it can't be understood. */
  void count(@Nullable MessageType type) {
    all.meters().message(type);
  }

  void revoke() {
    close(CloseCode.REVOKED, "the key was revoked");
  }

  // --- What Jetty says.

  @Override
  public void onOpen(CoreSession session, Callback callback) {
    if (!decided.compareAndSet(false, true)) {
      callback.failed(new CloseException(CloseCode.INTERNAL.number(), "the upgrade took too long"));
      return;
    }
    Outbox outbox =
        new Outbox(session, all.properties(), all.time(), all.executor(), all.streamMeters());
    wire = new Wire(session, outbox);
    place.onRevoked(this::revoke);
    callback.succeeded();
    all.opened(this);
    session.demand();
  }

  @Override
  public void onFrame(Frame frame, Callback callback) {
    long now = all.nanos();
    heardNanos = now;
    pingedNanos = 0;
    try {
      if (frame.getOpCode() == OpCode.CLOSE) {
        ended.compareAndSet(null, CloseCode.of(CloseStatus.getCloseStatus(frame).getCode()));
        closeWithin(now);
        callback.succeeded(); // Jetty answers it
        return;
      }
      if (closedNanos != 0) { // it was sent before its client read of the close
        callback.succeeded();
        if (++late <= MOST_LATE) {
          readOn();
        }
        return;
      }
      if (!allowance.take(now)) {
        throw new CloseException(CloseCode.POLICY.number(), "too many frames a second");
      }
      String message = message(frame, now);
      callback.succeeded();
      if (message == null) {
        readOn();
      } else {
        working = true;
        all.executor().execute(() -> work(message));
      }
    } catch (CloseException e) {
      callback.succeeded();
      close(CloseCode.of(e.getStatusCode()), String.valueOf(e.getMessage()));
      outbox().whenReady(this::readOn);
    }
  }

  /** Null: the frame ends none. */
  private @Nullable String message(Frame frame, long now) {
    switch (frame.getOpCode()) {
      case OpCode.TEXT, OpCode.CONTINUATION -> {
        return assembly.add(frame, now);
      }
      case OpCode.BINARY ->
          throw new CloseException(CloseCode.BINARY.number(), "messages are text, JSON in UTF-8");
      case OpCode.PING ->
          outbox().pong(frame.hasPayload() ? BufferUtil.toArray(frame.getPayload()) : NOTHING);
      default -> {}
    }
    return null;
  }

  @Override
  public void onError(Throwable cause, Callback callback) {
    callback.succeeded(); // onClosed follows
  }

  @Override
  public void onClosed(CloseStatus status, Callback callback) {
    ended.compareAndSet(null, CloseCode.of(status.getCode()));
    CloseCode code = ended.get();
    callback.succeeded();
    Wire open = wire;
    if (open == null) {
      return; // it was given up
    }
    open.outbox().over();
    // Jetty may say so in the middle of a write, which may be under the lock of a session.
    all.executor().execute(() -> over(code == null ? CloseCode.LOST : code));
  }

  private void over(CloseCode code) {
    all.closed(this, code);
    subscriptions.end(code.reason());
    place.close();
  }

  // --- Its client's messages, one at a time.

  private void work(String message) {
    try {
      invalid = all.requests().serve(message, this) ? 0 : invalid + 1;
      if (invalid >= MOST_INVALID) {
        close(CloseCode.POLICY, "too many messages in a row that can't be understood");
      }
    } finally {
      outbox().whenReady(this::readOn);
    }
  }

  private void readOn() {
    if (working) {
      heardNanos = all.nanos(); // what it said meanwhile wasn't looked at
      working = false;
    }
    wire().session().demand();
  }

  // --- What time and others say.

  /** Looks after it: a ping in silence, an end to what takes too long. */
  void tick(long now) {
    WebSocketProperties bounds = all.properties();
    long closed = closedNanos;
    if (outbox().writingNanos(now) >= bounds.writeTimeout().toNanos()) {
      ended.compareAndSet(null, CloseCode.SLOW);
      wire().session().abort();
    } else if (closed != 0) {
      if (now - closed >= CLOSING.toNanos()) {
        wire().session().abort();
      }
    } else if (!working) {
      tickReading(now, bounds);
    }
  }

  private void tickReading(long now, WebSocketProperties bounds) {
    long began = assembly.sinceNanos();
    long pinged = pingedNanos;
    if (began != 0 && now - began >= bounds.messageTimeout().toNanos()) {
      close(CloseCode.POLICY, "a message took too long to arrive whole");
    } else if (pinged != 0) {
      if (now - pinged >= bounds.pongTimeout().toNanos()) {
        close(CloseCode.SLOW, "no answer to a ping");
      }
    } else if (now - heardNanos >= bounds.ping().toNanos()) {
      pingedNanos = now == 0 ? 1 : now;
      outbox().ping();
    }
  }

  /** Tells the client when to come back, and closes. */
  void drain(long retryMillis) {
    outbox().add(Answer.of("draining").with("retryMillis", retryMillis).bytes(), 0, null);
    close(CloseCode.RESTART, "come back");
  }

  /** Closes: no event follows. What was added still goes out. Only the first has an effect. */
  private void close(CloseCode code, String reason) {
    if (!ended.compareAndSet(null, code)) {
      return;
    }
    closeWithin(all.nanos());
    outbox().close(new CloseStatus(code.number(), reason));
    all.executor().execute(() -> subscriptions.end(code.reason()));
  }

  /** From the first close frame on it has so long to end by itself, whoever has to answer. */
  private void closeWithin(long now) {
    if (closedNanos == 0) {
      closedNanos = now == 0 ? 1 : now;
    }
  }

  /** Cuts it, whatever is under way. */
  void cut() {
    wire().session().abort();
  }

  /** Of an upgrade that came to nothing; has no effect once it is open. */
  void giveUp() {
    if (decided.compareAndSet(false, true)) {
      place.close();
    }
  }
}
