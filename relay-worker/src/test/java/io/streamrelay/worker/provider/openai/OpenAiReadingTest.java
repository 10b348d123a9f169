package io.streamrelay.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Patience;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderIo;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import io.streamrelay.worker.provider.ScriptedServer;
import io.streamrelay.worker.provider.ScriptedServer.Connection;
import io.streamrelay.worker.provider.TightSink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One thread reads all answers: what is full, slow, many or throws on it. */
final class OpenAiReadingTest {
  private static final String DELTA = "x".repeat(2048);
  private static final int FLOOD = 24_000; // 48 MiB: more than sockets hold
  private static final long BUFFERS = 64 * 1024;

  private final ProviderIo io = new ProviderIo(SSLContexts.createSystemDefault());
  private ScriptedServer server;
  private OpenAiChatProvider provider;

  @AfterEach
  void close() throws IOException {
    io.close();
    if (server != null) {
      server.close();
    }
  }

  private void serve(Patience patience, ScriptedServer.Script script) throws IOException {
    server = new ScriptedServer(script);
    provider =
        new OpenAiChatProvider(
            server.url(),
            () -> OpenAi.KEY,
            OpenAiQuirks.USUAL,
            new ProviderHttpClient(
                io, server.url(), ScriptedServer.REACH, patience, 1000, 64 << 20));
  }

  private static void flood(Connection connection, AtomicLong written) throws IOException {
    connection.readRequest();
    connection.beginEvents();
    for (int i = 0; i < FLOOD; i++) {
      connection.text(DELTA);
      written.incrementAndGet();
    }
    connection.finish();
    connection.endEvents();
  }

  /** One call on a virtual thread. */
  private static final class Call {
    private final AtomicReference<Object> outcome = new AtomicReference<>();
    private final Thread caller;

    Call(OpenAiChatProvider provider, ProviderRequest request, DeltaSink sink) {
      caller =
          Thread.startVirtualThread(() -> {
            try {
              outcome.set(provider.generate(request, sink));
            } catch (Throwable e) {
              outcome.set(e);
            }
          });
    }

    Object outcome() throws InterruptedException {
      assertThat(caller.join(Duration.ofSeconds(20))).isTrue();
      return outcome.get();
    }
  }

  @Test
  void full_stopsReadingUntilThereIsRoomAndIsNotTheProvidersTime() throws Exception {
    AtomicLong written = new AtomicLong();
    serve(OpenAi.patience(5_000, 300), (connection, number) -> flood(connection, written));
    TightSink sink = new TightSink(1_000_000);
    Call call = new Call(provider, OpenAi.request(), sink);

    await().until(sink::isFull);
    await().during(Duration.ofMillis(700)).until(() -> written.get() < FLOOD);
    assertThat(sink.taken()).isLessThan(1_000_000 + BUFFERS);
    sink.allow(1_000_000);
    await().until(sink::isFull);
    await().during(Duration.ofMillis(700)).until(() -> sink.taken() < 2_000_000 + BUFFERS);
    sink.allow(Long.MAX_VALUE / 2);

    assertThat(call.outcome()).isInstanceOf(Reply.class);
    assertThat(sink.taken()).isEqualTo((long) FLOOD * DELTA.length());
  }

  @Test
  void full_untilTheDeadline() throws Exception {
    AtomicLong written = new AtomicLong();
    serve(OpenAi.PATIENT, (connection, number) -> flood(connection, written));

    Call call =
        new Call(provider, OpenAi.request(Duration.ofMillis(500)), new TightSink(1_000_000));

    assertThat(((ProviderException) call.outcome()).code())
        .isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    await().until(() -> server.closedByClient() == 1);
  }

  @Test
  void full_canBeInterrupted() throws Exception {
    AtomicLong written = new AtomicLong();
    serve(OpenAi.PATIENT, (connection, number) -> flood(connection, written));
    TightSink sink = new TightSink(1_000_000);
    Call call = new Call(provider, OpenAi.request(), sink);
    await().until(sink::isFull);

    call.caller.interrupt();

    await().atMost(300, TimeUnit.MILLISECONDS).until(() -> server.closedByClient() == 1);
    assertThat(call.outcome()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void cut_whatCameWithItIsHeard() throws Exception {
    serve(
        OpenAi.PATIENT,
        (connection, number) -> {
          connection.readRequest();
          String event = "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n";
          connection.write(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n"
                  .formatted(event.length(), event));
        });
    CollectingSink sink = new CollectingSink();

    for (int i = 0; i < 100; i++) {
      ProviderException failure =
          catchThrowableOfType(
              ProviderException.class, () -> provider.generate(OpenAi.request(), sink));
      assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    }

    assertThat(sink.text()).isEqualTo("Hello".repeat(100));
  }

  @Test
  void interruption_endsWhatTheSinkHears() throws Exception {
    AtomicLong written = new AtomicLong();
    serve(OpenAi.PATIENT, (connection, number) -> flood(connection, written));
    TightSink sink = new TightSink(Long.MAX_VALUE);
    Call call = new Call(provider, OpenAi.request(), sink);
    await().pollDelay(Duration.ZERO).until(() -> sink.taken() > 0);

    call.caller.interrupt();
    assertThat(call.outcome()).isInstanceOf(InterruptedException.class);
    long heard = sink.taken();

    assertThat(heard).isLessThan((long) FLOOD * DELTA.length());
    await().during(Duration.ofMillis(300)).until(() -> sink.taken() == heard);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sink_thatThrowsEndsItsOwnCallOnly(boolean error) throws Exception {
    CountDownLatch thrown = new CountDownLatch(1);
    serve(
        OpenAi.PATIENT,
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          connection.text("Hello");
          if (number == 2) {
            connection.awaitClose();
          }
          thrown.await();
          connection.finish();
          connection.endEvents();
        });
    CollectingSink sink = new CollectingSink();
    Call other = new Call(provider, OpenAi.request(), sink);
    await().until(() -> sink.text().equals("Hello"));

    Throwable failure =
        catchThrowable(() -> provider.generate(OpenAi.request(), new Throwing(error)));
    thrown.countDown();

    assertThat(failure).isInstanceOf(IllegalStateException.class).hasStackTraceContaining("boom");
    assertThat(other.outcome()).isInstanceOf(Reply.class);
    assertThat(io.isAlive()).isTrue();
    await().atMost(1, TimeUnit.SECONDS).until(() -> server.closedByClient() == 1);
    assertThat(provider.generate(OpenAi.request(), sink).finishReason())
        .isEqualTo(FinishReason.STOP);
  }

  private record Throwing(boolean error) implements DeltaSink {
    @Override
    public void text(String delta) {
      if (error) {
        throw new AssertionError("boom");
      }
      throw new IllegalStateException("boom");
    }

    @Override
    public void reasoning(String delta) {}

    @Override
    public void toolCall(ToolCall piece) {}

    @Override
    public CompletableFuture<Void> room() {
      return ROOM;
    }
  }

  @Test
  void thousandCalls_areReadByOneThread() throws Exception {
    int calls = 1000;
    CountDownLatch allSpeak = new CountDownLatch(calls);
    serve(
        OpenAi.PATIENT,
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          connection.text("one ");
          allSpeak.countDown();
          allSpeak.await();
          connection.text("two");
          connection.finish();
          connection.endEvents();
        });
    Set<String> threads = ConcurrentHashMap.newKeySet();
    List<Future<String>> texts = new ArrayList<>();

    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < calls; i++) {
        texts.add(
            callers.submit(() -> {
              CollectingSink sink = new CollectingSink();
              provider.generate(OpenAi.request(), new Noting(sink, threads));
              return sink.text();
            }));
      }
    }

    for (Future<String> text : texts) {
      assertThat(text.get()).isEqualTo("one two");
    }
    assertThat(threads).containsExactly("provider-io-1");
  }

  private record Noting(DeltaSink sink, Set<String> threads) implements DeltaSink {
    @Override
    public void text(String delta) {
      threads.add(Thread.currentThread().getName());
      sink.text(delta);
    }

    @Override
    public void reasoning(String delta) {}

    @Override
    public void toolCall(ToolCall piece) {}

    @Override
    public CompletableFuture<Void> room() {
      return sink.room();
    }
  }

  @Test
  void aFlood_leavesTheOthersTheirTurn() throws Exception {
    AtomicLong written = new AtomicLong();
    serve(
        OpenAi.PATIENT,
        (connection, number) -> {
          if (number == 1) {
            flood(connection, written);
            return;
          }
          connection.readRequest();
          connection.beginEvents();
          connection.text("Hello");
          connection.finish();
          connection.endEvents();
        });
    TightSink flooded = new TightSink(Long.MAX_VALUE);
    Call flood = new Call(provider, OpenAi.request(), flooded);
    await().pollDelay(Duration.ZERO).until(() -> flooded.taken() > 0);

    provider.generate(OpenAi.request(), new CollectingSink());

    assertThat(flooded.taken()).isLessThan((long) FLOOD * DELTA.length());
    assertThat(flood.outcome()).isInstanceOf(Reply.class);
  }

  @Test
  void aBigPrompt_isSent() throws Exception {
    serve(
        OpenAi.PATIENT,
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          connection.text("Hello");
          connection.finish();
          connection.endEvents();
        });

    provider.generate(prompt(256 * 1024), new CollectingSink());

    assertThat(server.requests().getFirst()).contains("x".repeat(256 * 1024));
  }

  @Test
  void aBigPromptThatNobodyReads_isATimeout() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    serve(OpenAi.patience(400, 10_000), (connection, number) -> never.await());

    ProviderException failure =
        catchThrowableOfType(
            ProviderException.class,
            () -> provider.generate(prompt(32 << 20), new CollectingSink()));

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
    never.countDown();
  }

  private static ProviderRequest prompt(int length) {
    return new ProviderRequest(
        "some-model",
        List.of(OpenAi.says(Role.USER, "x".repeat(length))),
        Parameters.NONE,
        System.nanoTime() + 10_000_000_000L,
        1);
  }

  @Test
  void connections_areBoundedAndWaitedForAsLongAsForOne() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          asked.countDown();
          connection.awaitClose();
        });
    provider =
        new OpenAiChatProvider(
            server.url(),
            () -> OpenAi.KEY,
            OpenAiQuirks.USUAL,
            new ProviderHttpClient(
                io, server.url(), ScriptedServer.REACH, OpenAi.patience(10_000, 10_000), 1, 1024));
    Call first = new Call(provider, OpenAi.request(), new CollectingSink());
    assertThat(asked.await(2, TimeUnit.SECONDS)).isTrue();

    Call second = new Call(provider, OpenAi.request(), new CollectingSink());

    assertThat(((ProviderException) second.outcome()).code())
        .isEqualTo(FailureCode.PROVIDER_TIMEOUT);
    assertThat(server.connections()).isEqualTo(1);
    first.caller.interrupt();
    assertThat(first.outcome()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void close_endsTheCallsUnderWayAndRefusesOthers() throws Exception {
    serve(
        OpenAi.PATIENT,
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          connection.text("Hello");
          connection.awaitClose();
        });
    CollectingSink sink = new CollectingSink();
    Call call = new Call(provider, OpenAi.request(), sink);
    await().until(() -> sink.text().equals("Hello"));

    io.close();

    assertThat(((ProviderException) call.outcome()).code())
        .isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThatThrownBy(() -> provider.generate(OpenAi.request(), sink))
        .isInstanceOfSatisfying(
            ProviderException.class,
            e -> assertThat(e.code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE));
    assertThat(io.isAlive()).isFalse();
  }
}
