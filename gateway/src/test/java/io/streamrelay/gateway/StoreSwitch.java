package io.streamrelay.gateway;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Puts a switch in front of the ports of one store: turned off, every call finds it away.
 * Thread-safe.
 */
public final class StoreSwitch {
  private final AtomicBoolean away = new AtomicBoolean();
  private final AtomicInteger calls = new AtomicInteger();

  public void setAway(boolean isAway) {
    away.set(isAway);
  }

  /** How many there were, also of those that found it away. */
  public int calls() {
    return calls.get();
  }

  boolean away() {
    return away.get();
  }

  public <P> P before(Class<P> port, P store) {
    Object switched =
        Proxy.newProxyInstance(
            port.getClassLoader(),
            List.of(port).toArray(Class<?>[]::new),
            (proxy, method, arguments) -> {
              calls.incrementAndGet();
              if (away.get()) {
                throw new StoreUnavailableException("switched off by the test");
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return port.cast(switched);
  }
}
