package io.streamrelay.gateway.dialect.sse;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.StreamProperties;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.gateway.tail.HubBounds;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.InMemorySessionStreams;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.time.SystemTime;
import io.streamrelay.protocol.turn.ClaimRequest;
import io.streamrelay.protocol.turn.EndState;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.SubmitResult;
import io.streamrelay.protocol.turn.TurnRequest;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.Http2;
import org.springframework.boot.web.server.WebServer;

/** Streams on a real Jetty, over in-memory stores. Each session {@code /<session>} has one turn. */
final class SseServer implements AutoCloseable {
  private static final Caller CALLER = new Caller(Owner.DEV, null, false);

  final InMemorySessionStreams streams = new InMemorySessionStreams();
  final SystemTime time = new SystemTime();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final ExecutorService work = Executors.newFixedThreadPool(2);
  final OpenStreams places = new OpenStreams(new StreamProperties(5000, 5000));
  final Hub hub;
  final SseStreams sse;

  /** What was traced and has ended. */
  final InMemorySpanExporter spans = InMemorySpanExporter.create();

  final Tracer tracer =
      SdkTracerProvider.builder()
          .addSpanProcessor(SimpleSpanProcessor.create(spans))
          .build()
          .get("test");
  private final WebServer server;
  private final InMemoryTurns turns = new InMemoryTurns(System::currentTimeMillis);
  private final Map<String, ActiveTurn> active = new ConcurrentHashMap<>();

  SseServer(SseProperties properties) {
    Random random = new Random(5);
    hub = new Hub(streams, streams, turns, time, work, random, HubBounds.DEFAULTS);
    hub.start();
    sse = new SseStreams(hub, time, random, meters, properties, tracer);
    sse.start();
    JettyServletWebServerFactory factory = new JettyServletWebServerFactory(0);
    factory.setHttp2(http2());
    new SseConfiguration().sendBuffer(properties).customize(factory);
    server =
        factory.getWebServer(context -> {
          var registration = context.addServlet("sse", new Opening());
          registration.addMapping("/*");
          registration.setAsyncSupported(true);
        });
    server.start();
  }

  /** Without TLS, for who begins with it. */
  private static Http2 http2() {
    Http2 http2 = new Http2();
    http2.setEnabled(true);
    return http2;
  }

  static SseProperties properties(Duration ping, Duration writeTimeout) {
    return new SseProperties(
        ping, writeTimeout, Duration.ofSeconds(1), Duration.ofSeconds(5), 65536, 65536);
  }

  int port() {
    return server.getPort();
  }

  double closed(String reason) {
    return meters
        .get("relay.streams.closed")
        .tags("dialect", "sse", "reason", reason)
        .counter()
        .count();
  }

  // --- What the worker does.

  /** The session's turn, submitted by whoever asks first: u is 1, e will be 2, f 5. */
  ActiveTurn turn(String session) {
    return active.computeIfAbsent(session, this::submit);
  }

  private ActiveTurn submit(String session) {
    Submission submission =
        new Submission(
            new SessionKey(Owner.DEV, new SessionId(session)),
            TurnId.make(),
            MessageId.make(),
            List.of(new Part.Text("hello")),
            new TurnRequest("demo", null, Parameters.NONE, null, Lane.INTERACTIVE),
            null,
            "hash",
            Duration.ofMinutes(10));
    if (turns.submit(submission) instanceof SubmitResult.Accepted accepted) {
      return accepted.turn();
    }
    throw new AssertionError("not accepted");
  }

  /** Appends the user entry and the start. */
  void begin(String session) {
    ActiveTurn turn = turn(session);
    streams.open(turn, turns.after(turn.session(), EntryId.ZERO, 1).getFirst().user(), 0);
    turns.claim(
        new ClaimRequest(turn.turn(), new JobId(Lane.INTERACTIVE, "1-0"), "w", session, null));
    event(session, 0, new AttemptStarted(turn.turn(), 1, "demo", false));
  }

  void text(String session, int seq, String text) {
    event(session, seq, new Text(text));
  }

  private void event(String session, int seq, StreamEvent event) {
    streams.append(turn(session), new EntryId(2, seq), List.of(event), false).join();
  }

  /** Ends the turn after the entry at {@code lastSeq}. */
  void end(String session, int lastSeq) {
    ActiveTurn turn = turn(session);
    turns.finish(new Ending.Cancel(turn.turn(), "owner", null));
    turns.saveAnswer(turn.turn(), Snapshot.EMPTY, new EntryId(2, lastSeq), null, false);
    if (turns.endState(turn.turn()) instanceof EndState.Saved saved) {
      streams.close(saved.turn());
    }
  }

  @Override
  public void close() {
    hub.close();
    sse.close();
    server.stop();
    server.destroy();
    work.shutdownNow();
    time.close();
  }

  private final class Opening extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      ActiveTurn turn = turn(request.getPathInfo().substring(1));
      EntryId cursor = EntryId.parseCursor(request.getHeader("Last-Event-ID"));
      EntryId position = cursor == null ? EntryId.ZERO : cursor;
      Attachment attachment = new Attachment(turn.session(), turn.turn(), position, false);
      sse.open(request, response, attachment, places.take(CALLER), NativeFormat.INSTANCE);
    }
  }
}
