package io.streamrelay.gateway.drain;

import io.streamrelay.gateway.dialect.sse.SseStreams;
import io.streamrelay.gateway.dialect.websocket.ChatSockets;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.protocol.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Closes the open streams and sockets when the gateway stops, before Boot's graceful shutdown,
 * which would wait for them in vain. Thread-safe.
 */
public final class StreamDrain implements ApplicationListener<ContextClosedEvent> {
  private static final Logger log = LoggerFactory.getLogger(StreamDrain.class);

  private final ApplicationContext application;
  private final SseStreams streams;
  private final ChatSockets sockets;
  private final Hub hub;
  private final Time time;
  private final DrainProperties properties;
  private volatile boolean draining;

  StreamDrain(
      ApplicationContext application,
      SseStreams streams,
      ChatSockets sockets,
      Hub hub,
      Time time,
      DrainProperties properties) {
    this.application = application;
    this.streams = streams;
    this.sockets = sockets;
    this.hub = hub;
    this.time = time;
    this.properties = properties;
  }

  /** Whether the gateway is stopping: no new streams or turns. */
  public boolean draining() {
    return draining;
  }

  @Override
  public void onApplicationEvent(ContextClosedEvent event) {
    if (event.getApplicationContext() == application && !draining) {
      draining = true;
      drain();
    }
  }

  private void drain() {
    try {
      int open = streams.active();
      int openSockets = sockets.active();
      if (open + openSockets > 0) {
        log.info("Draining {} open streams and {} sockets", open, openSockets);
        time.pause(properties.notice());
      }
      drainBoth();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the process wants to go now
    } finally {
      hub.close(); // also those that only wait for a turn's end
    }
  }

  /** At the same time: there is no more of it for two. */
  private void drainBoth() throws InterruptedException {
    Thread draining = Thread.ofVirtual().name("socket-drain").start(this::drainSockets);
    try {
      streams.drain(properties.spread(), properties.rest());
      draining.join();
    } finally {
      draining.interrupt();
    }
  }

  private void drainSockets() {
    try {
      sockets.drain(properties.spread(), properties.rest());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // likewise
    }
  }
}
