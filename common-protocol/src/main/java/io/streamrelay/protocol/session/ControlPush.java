package io.streamrelay.protocol.session;

import io.streamrelay.protocol.event.TurnId;
import java.util.function.Consumer;

/**
 * Tells a worker at once what its next heartbeat would tell it too: that a turn it runs has ended.
 * Only a hint: it may be lost or late. Implementations are thread-safe.
 */
public interface ControlPush {
  /**
   * Tells that worker, wherever it is, if it listens. Bounded in time; throws nothing when it can't
   * be told.
   */
  void interrupt(String worker, TurnId turn);

  /**
   * Begins to hear what the worker is told, now or as soon as that can be had. Never blocks.
   *
   * @param listener called on a thread of the subscriber: must not block
   */
  void subscribe(String worker, Consumer<TurnId> listener);
}
