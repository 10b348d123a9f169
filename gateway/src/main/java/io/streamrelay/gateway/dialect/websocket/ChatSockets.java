package io.streamrelay.gateway.dialect.websocket;

import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.dialect.StreamMeters;
import io.streamrelay.gateway.dialect.StreamPlace;
import io.streamrelay.gateway.dialect.Ticker;
import io.streamrelay.gateway.dialect.Waves;
import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * All open sockets of this gateway. Once per second all are looked at, for pings and for what takes
 * too long. Thread-safe.
 */
public final class ChatSockets implements AutoCloseable {
  /** How long an upgrade may take from its answer on. */
  private static final Duration OPENING = Duration.ofSeconds(10);

  private final Requests requests;
  private final Time time;
  private final Executor executor;
  private final WebSocketProperties properties;
  private final long maxMessageBytes;
  private final StreamMeters streamMeters;
  private final SocketMeters meters;
  private final Waves waves;
  private final Ticker ticker;
  private final Set<ChatSocket> sockets = ConcurrentHashMap.newKeySet();
  private final Map<ChatSocket, Long> opening = new ConcurrentHashMap<>(); // since when
  private volatile boolean draining;

  /**
   * @param executor where clients' messages are worked on; may run as many at once as there are
   *     sockets
   * @param random for what clients are told to wait; thread-safe
   */
  ChatSockets(
      Requests requests,
      Time time,
      Executor executor,
      RandomGenerator random,
      MeterRegistry registry,
      StreamMeters streamMeters,
      WebSocketProperties properties,
      long maxMessageBytes) {
    this.requests = requests;
    this.time = time;
    this.executor = executor;
    this.properties = properties;
    this.maxMessageBytes = maxMessageBytes;
    this.streamMeters = streamMeters;
    this.meters = new SocketMeters(registry, properties.perGateway());
    this.waves = new Waves(time, random);
    this.ticker =
        new Ticker(
            time,
            this::tick,
            properties.ping(),
            properties.pongTimeout(),
            properties.writeTimeout(),
            properties.messageTimeout());
  }

  /** Begins to look after the sockets, once per tick. */
  public void start() {
    ticker.start();
  }

  private void tick() {
    long now = time.nanos();
    sockets.forEach(socket -> socket.tick(now));
    opening.forEach((socket, since) -> {
      if (now - since >= OPENING.toNanos()) {
        giveUp(socket);
      }
    });
  }

  /**
   * A socket that is about to be opened.
   *
   * @param place given back when it is gone, or never comes
   */
  ChatSocket make(Caller caller, StreamPlace place) {
    ChatSocket socket = new ChatSocket(this, caller, place);
    opening.put(socket, time.nanos());
    return socket;
  }

  /** An upgrade came to nothing. */
  void giveUp(ChatSocket socket) {
    opening.remove(socket);
    socket.giveUp();
  }

  /** Sockets open now. */
  public int active() {
    return sockets.size();
  }

  /**
   * Closes all sockets in waves, each with a random time to come back; whoever still comes is
   * closed at once. What isn't gone after {@code spread} and {@code rest} is cut.
   *
   * @throws InterruptedException leaves the remaining ones open
   */
  public void drain(Duration spread, Duration rest) throws InterruptedException {
    draining = true;
    waves.drain(sockets, spread, rest, ChatSocket::drain);
    sockets.forEach(ChatSocket::cut);
  }

  @Override
  public void close() {
    ticker.close();
  }

  // --- For its sockets.

  Requests requests() {
    return requests;
  }

  Executor executor() {
    return executor;
  }

  Time time() {
    return time;
  }

  long nanos() {
    return time.nanos();
  }

  WebSocketProperties properties() {
    return properties;
  }

  long maxMessageBytes() {
    return maxMessageBytes;
  }

  StreamMeters streamMeters() {
    return streamMeters;
  }

  SocketMeters meters() {
    return meters;
  }

  void opened(ChatSocket socket) {
    opening.remove(socket);
    meters.opened();
    sockets.add(socket);
    if (draining) {
      socket.drain(waves.retryMillis());
    }
  }

  void closed(ChatSocket socket, CloseCode code) {
    if (sockets.remove(socket)) {
      meters.closed(code);
    }
  }
}
