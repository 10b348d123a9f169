package io.streamrelay.gateway.dialect.sse;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.gateway.dialect.Dialect;
import io.streamrelay.gateway.dialect.FirstEvent;
import io.streamrelay.gateway.dialect.StreamMeters;
import io.streamrelay.gateway.dialect.StreamPlace;
import io.streamrelay.gateway.dialect.Ticker;
import io.streamrelay.gateway.dialect.Waves;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.protocol.time.Time;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;

/**
 * All open SSE streams of this gateway.
 *
 * <p>Nobody waits for a socket: each stream is an {@link SseConnection} that Jetty tells when its
 * socket takes more. Once per second all are looked at, for pings and for writes that take too
 * long. Thread-safe.
 */
public final class SseStreams implements AutoCloseable {
  private final Hub hub;
  private final Time time;
  private final RandomGenerator random;
  private final Waves waves;
  private final SseProperties properties;
  private final Tracer tracer;
  private final Ticker ticker;
  private final Set<SseConnection> connections = ConcurrentHashMap.newKeySet();
  private final SocketWatch watch = new SocketWatch();
  private final Map<Dialect, StreamMeters> meters = new EnumMap<>(Dialect.class);
  private volatile boolean draining;

  /**
   * @param random for what clients are told to wait; thread-safe
   */
  public SseStreams(
      Hub hub,
      Time time,
      RandomGenerator random,
      MeterRegistry meters,
      SseProperties properties,
      Tracer tracer) {
    this.hub = hub;
    this.time = time;
    this.random = random;
    this.waves = new Waves(time, random);
    this.properties = properties;
    this.tracer = tracer;
    this.ticker = new Ticker(time, this::tick, properties.ping(), properties.writeTimeout());
    for (Dialect dialect : EnumSet.complementOf(EnumSet.of(Dialect.WEBSOCKET))) {
      this.meters.put(dialect, new StreamMeters(meters, dialect));
    }
  }

  /** Begins to look after the streams, once per tick. */
  public void start() {
    watch.start();
    ticker.start();
  }

  /**
   * Answers a request with a reader's entries as server-sent events: status, headers and first
   * bytes at once, everything else as it comes. After all checks were made; nothing of the response
   * may have been written. Returns at once; the request goes on asynchronously.
   *
   * @param place given back when the stream ends, also if it doesn't begin
   * @param format how the entries are told
   */
  public void open(
      HttpServletRequest request,
      HttpServletResponse response,
      Attachment attachment,
      StreamPlace place,
      SseFormat format) {
    try {
      begin(request, response, attachment, place, format);
    } catch (RuntimeException e) {
      place.close();
      throw e;
    }
  }

  private void begin(
      HttpServletRequest request,
      HttpServletResponse response,
      Attachment attachment,
      StreamPlace place,
      SseFormat format) {
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType("text/event-stream;charset=utf-8");
    response.setHeader("Cache-Control", "no-cache, no-transform");
    response.setHeader("X-Accel-Buffering", "no");
    AsyncContext context = request.startAsync();
    context.setTimeout(0);
    ServletOutputStream socket = socket(request, response);
    SseClient client = SseClient.of(request);
    long requestedNanos = time.nanos() - age(request);
    StreamMeters counted = Objects.requireNonNull(meters.get(format.dialect()));
    FirstEvent first = FirstEvent.awaited(tracer, attachment, counted, requestedNanos);
    SseConnection connection =
        new SseConnection(this, context, socket, client, place, first, format, counted);
    place.onRevoked(connection::revoke);
    context.addListener(connection);
    connections.add(connection);
    counted.opened();
    connection.add(format.opening(between(properties.retryLeast(), properties.retryMost())));
    client.watchedBy(watch, connection::probe);
    socket.setWriteListener(connection);
    connection.readBy(hub.attach(attachment, connection));
    if (draining) {
      connection.drain(waves.retryMillis());
    }
  }

  /** Streams open now. */
  public int active() {
    return connections.size();
  }

  /**
   * Closes all streams in waves, each with a random time to come back; whoever still comes is
   * closed at once. What isn't gone after {@code spread} and {@code rest} is cut.
   *
   * @throws InterruptedException leaves the remaining ones open
   */
  public void drain(Duration spread, Duration rest) throws InterruptedException {
    draining = true;
    waves.drain(connections, spread, rest, SseConnection::drain);
    connections.forEach(SseConnection::cutNow);
  }

  @Override
  public void close() {
    ticker.close();
    watch.close();
  }

  // --- For its connections.

  SseProperties properties() {
    return properties;
  }

  long nanos() {
    return time.nanos();
  }

  void forget(SseConnection connection) {
    if (connections.remove(connection)) {
      connection.meters().gone();
    }
    connection.client().unwatchedBy(watch);
  }

  private void tick() {
    long now = time.nanos();
    connections.forEach(connection -> connection.tick(now));
  }

  private long between(Duration least, Duration most) {
    return random.nextLong(least.toMillis(), most.toMillis() + 1);
  }

  /**
   * Jetty's own output, which sends a ByteBuffer at once. Around it a filter or Spring puts the
   * servlet API's default, which copies it into Jetty's aggregation buffer, where it stays.
   */
  private static ServletOutputStream socket(
      HttpServletRequest request, HttpServletResponse response) {
    try {
      response.getOutputStream(); // nobody may ask for a writer any more
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ServletContextRequest.getServletContextRequest(request).getHttpOutput();
  }

  /** How long ago the request came, in nanoseconds. */
  private static long age(HttpServletRequest request) {
    ServletContextRequest asked = ServletContextRequest.getServletContextRequest(request);
    return System.nanoTime() - asked.getHeadersNanoTime();
  }
}
