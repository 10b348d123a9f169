package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResumePoint;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.worker.attempt.RunnerScene;
import io.streamrelay.worker.attempt.StopReason;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Patience;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderIo;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.ScriptedServer;
import io.streamrelay.worker.provider.ScriptedServer.Connection;
import io.streamrelay.worker.provider.openai.KeyHeader;
import io.streamrelay.worker.provider.responses.ResponsesProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A worker's attempts at a provider that generates in the background, from the job to the server's
 * socket.
 */
class BackgroundTest extends RunnerScene {
  private static final String ASKED = "POST /v1/responses HTTP/1.1";
  private static final String TOLD = "GET /v1/responses/resp_1?stream=true HTTP/1.1";
  private static final String REST =
      "GET /v1/responses/resp_1?stream=true&starting_after=2 HTTP/1.1";
  private static final String CANCELLED = "POST /v1/responses/resp_1/cancel HTTP/1.1";

  /** Reads for all tests; never closed. */
  private static final ProviderIo IO = new ProviderIo(SSLContexts.createSystemDefault());

  private ScriptedServer server;
  private boolean gone;
  private boolean breaks;
  private Runnable onRest = () -> {};

  @BeforeEach
  void serve() throws Exception {
    takeover = Takeover.RESUME;
    server =
        new ScriptedServer((connection, number) -> {
          while (true) {
            answer(connection, connection.readRequest().line());
          }
        });
    route = new Told(route());
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  /** Begins an answer and waits, or goes on with it to its end. */
  private void answer(Connection connection, String line) throws IOException {
    if (line.equals(CANCELLED)) {
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    } else if (line.startsWith("GET") && gone) {
      connection.write("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}");
    } else {
      connection.beginEvents();
      if (!line.equals(REST)) {
        connection.data(
            "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\"},%s"
                .formatted("\"sequence_number\":0}"));
        delta(connection, "Half", 1);
        delta(connection, " and", 2);
      }
      if (line.equals(ASKED) && server.requests().size() == 1) {
        if (breaks) {
          throw new IOException("breaks");
        }
        connection.awaitClose();
      }
      delta(connection, " the rest", 3);
      connection.data(
          "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\"},\"sequence_number\":4}");
      connection.endEvents();
    }
  }

  private static void delta(Connection connection, String text, int number) throws IOException {
    connection.data(
        "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"%s\",\"sequence_number\":%d}"
            .formatted(text, number));
  }

  private List<String> requests() {
    return server.requests().stream()
        .map(request -> request.substring(0, request.indexOf('\r')))
        .toList();
  }

  private Route route() {
    ProviderHttpClient http =
        new ProviderHttpClient(
            IO, server.url(), ScriptedServer.REACH, Patience.DEFAULT, 10, 8 << 20);
    Provider provider =
        new ResponsesProvider(server.url(), () -> "sk-canary", KeyHeader.AUTHORIZATION, true, http);
    Resilience resilience = RouteParts.resilience();
    return RouteParts.route(
        resilience, RouteParts.stage("openai", "gpt", RouteParts.ring(provider), resilience));
  }

  /** The route, with deadlines of the real time, and a test that hears what is said. */
  private final class Told implements Route {
    private final Route route;

    Told(Route route) {
      this.route = route;
    }

    @Override
    public String system() {
      return null;
    }

    @Override
    public int history() {
      return 40;
    }

    @Override
    public Parameters parameters(Parameters asked) {
      return asked;
    }

    @Override
    public Takeover takeover() {
      return takeover;
    }

    @Override
    public Routed generate(ProviderRequest request, DeltaSink sink, Watcher watcher)
        throws ProviderException, InterruptedException {
      return route.generate(inTime(request), heard(sink), watcher);
    }

    @Override
    public Routed resume(ResumePoint at, ProviderRequest request, DeltaSink sink, Watcher watcher)
        throws ProviderException, InterruptedException {
      return route.resume(at, inTime(request), heard(sink), watcher);
    }

    @Override
    public void cancel(ResumePoint at) throws InterruptedException {
      route.cancel(at);
    }

    private ProviderRequest inTime(ProviderRequest request) {
      return new ProviderRequest(
          request.model(),
          request.messages(),
          request.parameters(),
          System.nanoTime() + 30_000_000_000L,
          request.attempt());
    }

    private DeltaSink heard(DeltaSink sink) {
      return new DeltaSink() {
        @Override
        public void text(String delta) {
          sink.text(delta);
          if (delta.equals(" and")) {
            onRest.run();
          }
        }

        @Override
        public void reasoning(String delta) {
          sink.reasoning(delta);
        }

        @Override
        public void toolCall(ToolCall piece) {
          sink.toolCall(piece);
        }

        @Override
        public CompletableFuture<Void> room() {
          return sink.room();
        }
      };
    }
  }

  private void stops(TurnId turn, StopReason why) {
    onRest =
        () -> {
          onRest = () -> {};
          live.of(turn).forEach(attempt -> attempt.stop(why));
        };
  }

  @Test
  void handedOver_theNextAttemptGoesOnWithTheSameAnswer() {
    TurnId turn = submit("Hello");
    stops(turn, StopReason.HANDED_OVER);
    runner.run(claimed());
    time.advance(Duration.ofSeconds(4));
    assertThat(requests()).containsExactly(ASKED);

    runner.run(jobs.reclaim(1).getFirst());

    assertThat(requests()).containsExactly(ASKED, TOLD);
    assertThat(look(turn).text()).isEqualTo("Half and the rest");
    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.ENDED);
  }

  @Test
  void fencedByAnotherAttempt_theAnswerIsLeftToIt() {
    TurnId turn = submit("Hello");
    stops(turn, StopReason.FENCED);

    runner.run(claimed());

    assertThat(requests()).containsExactly(ASKED);
  }

  @Test
  void connectionThatBreaks_isAnotherWithinTheAttempt() {
    breaks = true;
    TurnId turn = submit("Hello");

    runner.run(claimed());

    assertThat(requests()).containsExactly(ASKED, REST);
    assertThat(look(turn).text()).isEqualTo("Half and the rest");
    assertThat(look(turn).attempt()).isEqualTo(1);
  }

  @Test
  void cancelled_theAnswerIsGeneratedNoFurther() {
    TurnId turn = submit("Hello");
    onRest =
        () -> {
          turns.finish(new Ending.Cancel(turn, "owner", null));
          completion.complete(turn);
          live.of(turn).forEach(attempt -> attempt.stop(StopReason.FENCED));
        };

    runner.run(claimed());

    assertThat(requests()).containsExactly(ASKED, CANCELLED);
    await().until(() -> server.closedByClient() == 1);
    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.CANCELLED);
  }

  @Test
  void answerThatIsGone_isGeneratedAnew() {
    gone = true;
    TurnId turn = submit("Hello");
    stops(turn, StopReason.LOST);
    runner.run(claimed());
    time.advance(Duration.ofSeconds(4));

    runner.run(jobs.reclaim(1).getFirst());

    assertThat(requests()).containsExactly(ASKED, TOLD, CANCELLED, ASKED);
    assertThat(look(turn).text()).isEqualTo("Half and the rest");
  }
}
