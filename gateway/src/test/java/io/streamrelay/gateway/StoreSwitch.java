package io.streamrelay.gateway;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Puts a switch in front of the ports of one store: turned off, every call finds it away. */
final class StoreSwitch {
  private final AtomicBoolean away = new AtomicBoolean();

  void setAway(boolean isAway) {
    away.set(isAway);
  }

  boolean away() {
    return away.get();
  }

  <P> P before(Class<P> port, P store) {
    Object switched =
        Proxy.newProxyInstance(
            port.getClassLoader(),
            List.of(port).toArray(Class<?>[]::new),
            (proxy, method, arguments) -> {
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
