package io.streamrelay.protocol.session;

import io.streamrelay.protocol.event.TurnId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Twin of the control channels: tells at once, in the caller's thread. Thread-safe. */
public final class InMemoryControlPush implements ControlPush {
  private final Map<String, Consumer<TurnId>> listeners = new ConcurrentHashMap<>();

  @Override
  public void interrupt(String worker, TurnId turn) {
    Consumer<TurnId> listener = listeners.get(worker);
    if (listener != null) {
      listener.accept(turn);
    }
  }

  @Override
  public void subscribe(String worker, Consumer<TurnId> listener) {
    listeners.put(worker, listener);
  }
}
