package io.streamrelay.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.Patience;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import io.streamrelay.worker.provider.ScriptedServer;
import io.streamrelay.worker.provider.ScriptedServer.Connection;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of connections: reused, dying, silent, endless, closed by us. */
final class OpenAiConnectionTest {
  private static final long SECOND = 1_000_000_000L;

  private final CollectingSink sink = new CollectingSink();
  private ScriptedServer server;
  private OpenAiChatProvider provider;

  @AfterEach
  void close() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  private void serve(ScriptedServer.Script script) throws IOException {
    serve(OpenAi.PATIENT, script);
  }

  private void serve(Patience patience, ScriptedServer.Script script) throws IOException {
    server = new ScriptedServer(script);
    provider = OpenAi.provider(server.url(), patience);
  }

  private static void answer(Connection connection) throws IOException {
    connection.readRequest();
    connection.beginEvents();
    connection.text("Hello");
    connection.finish();
    connection.endEvents();
  }

  @Test
  void generate_usesAConnectionAgain() throws Exception {
    serve((connection, number) -> {
      answer(connection);
      answer(connection);
      answer(connection);
    });

    for (int i = 0; i < 3; i++) {
      provider.generate(OpenAi.request(), sink);
    }

    assertThat(sink.text()).isEqualTo("HelloHelloHello");
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void generate_aReusedConnectionThatDiesBeforeTheFirstByteIsReplaced() throws Exception {
    serve((connection, number) -> {
      answer(connection);
      if (number == 1) {
        connection.readRequest();
      } else {
        answer(connection);
      }
    });
    provider.generate(OpenAi.request(), sink);

    Reply reply = provider.generate(OpenAi.request(), sink);

    assertThat(reply.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(sink.text()).isEqualTo("HelloHello");
    assertThat(server.connections()).isEqualTo(2);
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void generate_aFreshConnectionThatDiesIsNotReplaced() throws Exception {
    serve((connection, number) -> connection.readRequest());

    assertThat(failure().code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void generate_aReusedConnectionThatDiesAfterTheFirstByteIsNotReplaced() throws Exception {
    serve((connection, number) -> {
      answer(connection);
      connection.readRequest();
      connection.beginEvents();
      connection.text("He");
    });
    provider.generate(OpenAi.request(), sink);

    assertThat(failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void generate_aCutWithinTheAnswerIsTruncated() throws Exception {
    serve((connection, number) -> {
      connection.readRequest();
      connection.beginEvents();
      connection.text("Hel");
      connection.write("40\r\ndata: {\"choices\":");
    });

    assertThat(failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(sink.text()).isEqualTo("Hel");
  }

  @Test
  void generate_aCutAfterTheFinishReasonBreaksNothing() throws Exception {
    serve((connection, number) -> {
      connection.readRequest();
      connection.beginEvents();
      connection.text("Hello");
      connection.data("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}");
      connection.write("ff\r\ndata: {\"usage\":");
    });

    Reply reply = provider.generate(OpenAi.request(), sink);

    assertThat(reply.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(reply.usage()).isNull();
  }

  @Test
  void generate_aServerThatNeverEndsTheBodyAfterDoneIsLeft() throws Exception {
    serve((connection, number) -> {
      connection.readRequest();
      connection.beginEvents();
      connection.text("Hello");
      connection.finish();
      connection.awaitClose();
    });
    long began = System.nanoTime();

    provider.generate(OpenAi.request(), sink);

    assertThat(System.nanoTime() - began).isLessThan(SECOND);
    await().atMost(1, TimeUnit.SECONDS).until(() -> server.closedByClient() == 1);
  }

  @Test
  void generate_silenceBeforeTheFirstTokenIsATimeout() throws Exception {
    serve(
        OpenAi.patience(200, 10_000),
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          connection.data("{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}");
          connection.awaitClose();
        });

    assertTimeout(failure());
  }

  @Test
  void generate_silenceBeforeTheHeadersIsATimeout() throws Exception {
    serve(
        OpenAi.patience(200, 10_000),
        (connection, number) -> {
          connection.readRequest();
          connection.awaitClose();
        });

    assertTimeout(failure());
  }

  @Test
  void generate_commentsAreNoTokens() throws Exception {
    serve(
        OpenAi.patience(10_000, 300),
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          connection.text("Hello");
          while (true) {
            connection.comment();
            TimeUnit.MILLISECONDS.sleep(20);
          }
        });

    assertTimeout(failure());
    assertThat(sink.text()).isEqualTo("Hello");
  }

  @Test
  void generate_tokensThatKeepComingAreWaitedFor() throws Exception {
    serve(
        OpenAi.patience(400, 400),
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          for (int i = 0; i < 12; i++) {
            connection.text("x");
            TimeUnit.MILLISECONDS.sleep(50);
          }
          connection.finish();
          connection.endEvents();
        });

    provider.generate(OpenAi.request(), sink);

    assertThat(sink.text()).hasSize(12);
  }

  @Test
  void generate_theDeadlineEndsIt() throws Exception {
    serve((connection, number) -> {
      connection.readRequest();
      connection.beginEvents();
      while (true) {
        connection.text("x");
        TimeUnit.MILLISECONDS.sleep(20);
      }
    });

    ProviderException failure = failure(OpenAi.request(Duration.ofMillis(300)));

    assertThat(failure.code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(failure(OpenAi.request(Duration.ZERO)).code())
        .isEqualTo(FailureCode.DEADLINE_EXCEEDED);
  }

  @Test
  void generate_nobodyListeningIsUnavailable() throws Exception {
    URI url;
    try (ServerSocket closed = new ServerSocket(0)) {
      url = URI.create("http://127.0.0.1:" + closed.getLocalPort() + "/v1");
    }
    provider = OpenAi.provider(url, OpenAi.PATIENT);

    assertThat(failure().code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
  }

  /** The kernel answers no more once a listener's backlog is full: the connection is never made. */
  @Test
  void generate_aConnectionThatIsNotMadeIsATimeout() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
        var first = new java.net.Socket(full.getInetAddress(), full.getLocalPort());
        var second = new java.net.Socket(full.getInetAddress(), full.getLocalPort())) {
      assertThat(first.isConnected() && second.isConnected()).isTrue();
      URI url = URI.create("http://127.0.0.1:" + full.getLocalPort() + "/v1");
      provider = OpenAi.provider(url, OpenAi.patience(10_000, 10_000));

      assertTimeout(failure());
    }
  }

  @Test
  void generate_aGiantLineIsBounded() throws Exception {
    serve((connection, number) -> {
      connection.readRequest();
      connection.beginEvents();
      byte[] piece = "x".repeat(64 * 1024).getBytes();
      for (int i = 0; i < 10 * 16; i++) {
        connection.chunk(piece, 0, piece.length);
      }
      connection.awaitClose();
    });

    assertThat(failure().code()).isEqualTo(FailureCode.OUTPUT_LIMIT);
    await().atMost(1, TimeUnit.SECONDS).until(() -> server.closedByClient() == 1);
  }

  @Test
  void generate_anEndlessAnswerIsBounded() throws Exception {
    serve((connection, number) -> {
      connection.readRequest();
      connection.beginEvents();
      while (true) {
        connection.text("x".repeat(10_000));
      }
    });

    assertThat(failure().code()).isEqualTo(FailureCode.OUTPUT_LIMIT);
    assertThat(sink.text().length()).isLessThan(9 << 20);
    await().atMost(1, TimeUnit.SECONDS).until(() -> server.closedByClient() == 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void generate_interruptionClosesTheConnectionFirst(boolean virtual) throws Exception {
    AtomicReference<Long> closedAt = new AtomicReference<>();
    serve((connection, number) -> {
      connection.readRequest();
      connection.beginEvents();
      connection.text("Hello");
      try {
        connection.awaitClose();
      } finally {
        closedAt.set(System.nanoTime());
      }
    });
    AtomicReference<Throwable> outcome = new AtomicReference<>();
    Thread caller =
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform())
            .start(() -> outcome.set(catchThrowable(() -> generate())));
    await().until(() -> sink.text().equals("Hello"));

    long interruptedAt = System.nanoTime();
    caller.interrupt();

    await().atMost(2, TimeUnit.SECONDS).until(() -> closedAt.get() != null);
    assertThat(closedAt.get() - interruptedAt).isLessThan(SECOND * 3 / 10);
    assertThat(caller.join(Duration.ofSeconds(1))).isTrue();
    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void generate_interruptionBeforeTheHeadersClosesTheConnection(boolean virtual) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    serve((connection, number) -> {
      connection.readRequest();
      asked.countDown();
      connection.awaitClose();
    });
    AtomicReference<Throwable> outcome = new AtomicReference<>();
    Thread caller =
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform())
            .start(() -> outcome.set(catchThrowable(() -> generate())));
    assertThat(asked.await(2, TimeUnit.SECONDS)).isTrue();

    caller.interrupt();

    await().atMost(300, TimeUnit.MILLISECONDS).until(() -> server.closedByClient() == 1);
    assertThat(caller.join(Duration.ofSeconds(1))).isTrue();
    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void generate_anInterruptedThreadAsksNobody() throws Exception {
    serve((connection, number) -> answer(connection));
    Thread.currentThread().interrupt();

    Throwable outcome = catchThrowable(this::generate);

    assertThat(outcome).isInstanceOf(InterruptedException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(server.connections()).isZero();
  }

  private void generate() throws ProviderException, InterruptedException {
    provider.generate(OpenAi.request(), sink);
  }

  private ProviderException failure() {
    return failure(OpenAi.request());
  }

  private ProviderException failure(ProviderRequest request) {
    return catchThrowableOfType(ProviderException.class, () -> provider.generate(request, sink));
  }

  private static Throwable catchThrowable(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return org.assertj.core.api.Assertions.catchThrowable(call);
  }

  private static void assertTimeout(ProviderException failure) {
    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
  }
}
