package io.streamrelay.gateway.dialect.websocket;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What is counted of sockets, beside the streams on them. Thread-safe. */
final class SocketMeters {
  private static final String UNKNOWN = "unknown";

  private final AtomicInteger active = new AtomicInteger();
  private final Map<String, Counter> messages = new HashMap<>(); // not changed once made
  private final Map<CloseCode, Counter> closed = new EnumMap<>(CloseCode.class);

  SocketMeters(MeterRegistry registry, int limit) {
    Gauge.builder("relay.sockets.active", active, AtomicInteger::get)
        .description("Open sockets")
        .register(registry);
    Gauge.builder("relay.sockets.limit", () -> limit)
        .description("Sockets that this gateway may have open")
        .register(registry);
    for (MessageType type : MessageType.values()) {
      messages.put(type.wire(), message(registry, type.wire()));
    }
    messages.put(UNKNOWN, message(registry, UNKNOWN));
    for (CloseCode code : CloseCode.values()) {
      closed.put(
          code,
          Counter.builder("relay.sockets.closed")
              .description("Sockets closed, by the code")
              .tag("code", code.wire())
              .register(registry));
    }
  }

  private static Counter message(MeterRegistry registry, String type) {
    return Counter.builder("relay.sockets.messages")
        .description("Messages of clients on sockets, by type")
        .tag("type", type)
        .register(registry);
  }

  void opened() {
    active.incrementAndGet();
  }

  /**
   * @param type null: it can't be understood
   */
  void message(@Nullable MessageType type) {
    Objects.requireNonNull(messages.get(type == null ? UNKNOWN : type.wire())).increment();
  }

  /** Once for each that was opened. */
  void closed(CloseCode code) {
    active.decrementAndGet();
    Objects.requireNonNull(closed.get(code)).increment();
  }
}
