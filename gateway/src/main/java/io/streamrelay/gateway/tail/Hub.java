package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnReader;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** Reads for all readers of a gateway. */
public final class Hub implements AutoCloseable {
  /**
   * @param work runs what may block (the stores); bounded in threads by its maker
   * @param random for pauses; thread-safe
   */
  public Hub(
      SessionStream streams,
      PushSubscriber pushes,
      TurnReader turns,
      Time time,
      Executor work,
      RandomGenerator random,
      HubBounds bounds) {
    throw new UnsupportedOperationException();
  }

  /** Begins to look for quiet readers, once per tick. */
  public void start() {
    throw new UnsupportedOperationException();
  }

  /** Never blocks; the sink may be called before this returns. */
  public Reader attach(Attachment attachment, Sink sink) {
    throw new UnsupportedOperationException();
  }

  /** Open readers. */
  public int readers() {
    throw new UnsupportedOperationException();
  }

  /** Closes all readers, as {@link CloseReason#DRAINING}. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
