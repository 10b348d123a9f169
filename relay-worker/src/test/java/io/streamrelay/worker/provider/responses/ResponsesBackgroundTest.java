package io.streamrelay.worker.provider.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.Patience;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderIo;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Recording;
import io.streamrelay.worker.provider.Reply;
import io.streamrelay.worker.provider.ScriptedServer;
import io.streamrelay.worker.provider.ScriptedServer.Connection;
import io.streamrelay.worker.provider.openai.KeyHeader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.Test;

/** An answer that its server generates in the background, told over several connections. */
final class ResponsesBackgroundTest {
  private static final String NAME = "resp_078b21da0e109d4800699cc4c6b1ac8193b47f01da738fad41";
  private static final String TEXT = "2 + 2 equals 4.";

  /** The recorded answer's, whose numbers are their places. */
  private static final List<String> EVENTS =
      List.of(
          new String(Recording.resource("openai-responses-background.sse"), StandardCharsets.UTF_8)
              .split("(?<=\n\n)"));

  private static final String ASKED = "POST /responses HTTP/1.1";
  private static final String TOLD = "GET /responses/" + NAME + "?stream=true HTTP/1.1";
  private static final String CANCELLED = "POST /responses/" + NAME + "/cancel HTTP/1.1";

  /** Reads for all tests; never closed. */
  private static final ProviderIo IO = new ProviderIo(SSLContexts.createSystemDefault());

  private final CollectingSink sink = new CollectingSink();

  private static String rest(long after) {
    return "GET /responses/" + NAME + "?stream=true&starting_after=" + after + " HTTP/1.1";
  }

  /** Tells events, both inclusive, as one chunk. */
  private static void tell(Connection connection, int from, int to) throws IOException {
    if (from <= to) {
      byte[] bytes = String.join("", EVENTS.subList(from, to + 1)).getBytes(StandardCharsets.UTF_8);
      connection.chunk(bytes, 0, bytes.length);
    }
  }

  private static void refuse(Connection connection, int status) throws IOException {
    connection.write("HTTP/1.1 " + status + " No\r\nContent-Length: 2\r\n\r\n{}");
  }

  private static List<String> asked(ScriptedServer server) {
    return server.requests().stream()
        .map(request -> request.substring(0, request.indexOf('\r')))
        .toList();
  }

  private static ResponsesProvider provider(ScriptedServer server) {
    return provider(server, Patience.DEFAULT);
  }

  private static ResponsesProvider provider(ScriptedServer server, Patience patience) {
    URI base = URI.create("http://127.0.0.1:" + server.port());
    return new ResponsesProvider(
        base,
        () -> "sk-canary",
        KeyHeader.AUTHORIZATION,
        true,
        new ProviderHttpClient(IO, base, ScriptedServer.REACH, patience, 10, 8 << 20));
  }

  private static ProviderRequest request() {
    return new ProviderRequest(
        "some-model",
        List.of(new Utterance(Role.USER, List.of(new Part.Text("Hello")))),
        Parameters.NONE,
        System.nanoTime() + 30_000_000_000L,
        1);
  }

  private ProviderException failure(ScriptedServer server) {
    return catchThrowableOfType(
        ProviderException.class, () -> provider(server).generate(request(), sink));
  }

  /** What follows the number in the request; from the beginning without one. */
  private static int after(String line) {
    int at = line.indexOf("starting_after=");
    return at < 0 ? -1 : Integer.parseInt(line.substring(at + 15, line.indexOf(' ', at)));
  }

  @Test
  void generate_asksForTheBackgroundAndNamesTheAnswerFirst() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          tell(connection, 0, 16);
          connection.endEvents();
        })) {
      Reply reply = provider(server).generate(request(), sink);

      assertThat(server.requests().getFirst())
          .contains("\"stream\":true,\"store\":true,\"background\":true");
      assertThat(sink.names()).containsExactly(NAME + " after 0");
      assertThat(sink.text()).isEqualTo(TEXT);
      assertThat(reply.responseId()).isEqualTo(NAME);
      assertThat(provider(server).canResume()).isTrue();
    }
  }

  @Test
  void generate_goesOnAfterACutAtEveryEvent() throws Exception {
    for (int cut = 0; cut < EVENTS.size() - 1; cut++) {
      int last = cut;
      CollectingSink heard = new CollectingSink();
      try (ScriptedServer server =
          new ScriptedServer((connection, number) -> {
            String line = connection.readRequest().line();
            connection.beginEvents();
            if (line.equals(ASKED)) {
              tell(connection, 0, last);
              connection.write("400\r\n" + EVENTS.get(last + 1).substring(0, 60));
            } else {
              tell(connection, after(line) + 1, 16);
              connection.endEvents();
            }
          })) {
        Reply reply = provider(server).generate(request(), heard);

        assertThat(asked(server)).as("cut after %d", cut).containsExactly(ASKED, rest(cut));
        assertThat(heard.text()).as("cut after %d", cut).isEqualTo(TEXT);
        assertThat(heard.names()).hasSize(1);
        assertThat(reply.usage().totalTokens()).isEqualTo(24);
      }
    }
  }

  /** As long as each brings something; an end without the answer's end is a break like any. */
  @Test
  void generate_goesOnOverAsManyConnectionsAsItTakes() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          while (true) {
            int next = after(connection.readRequest().line()) + 1;
            connection.beginEvents();
            tell(connection, next, next);
            connection.endEvents();
          }
        })) {
      provider(server).generate(request(), sink);

      assertThat(sink.text()).isEqualTo(TEXT);
      assertThat(server.requests()).hasSize(17);
    }
  }

  @Test
  void generate_takesEachEventOnceWhereTheServerTellsThemAgain() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          tell(connection, 0, number == 1 ? 8 : 16);
        })) {
      provider(server).generate(request(), sink);

      assertThat(sink.text()).isEqualTo(TEXT);
    }
  }

  @Test
  void generate_failsWhereAPartIsLost() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          tell(connection, number == 1 ? 0 : 9, number == 1 ? 7 : 16);
        })) {
      assertThat(failure(server).code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
      assertThat(server.requests()).hasSize(2);
      assertThat(sink.text()).isEqualTo("2 + ");
    }
  }

  @Test
  void generate_aStallIsABreakToo() throws Exception {
    Patience patience =
        new Patience(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMillis(200));
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          tell(connection, number == 1 ? 0 : 9, number == 1 ? 8 : 16);
          connection.awaitClose();
        })) {
      provider(server, patience).generate(request(), sink);

      assertThat(asked(server)).containsExactly(ASKED, rest(8));
      assertThat(sink.text()).isEqualTo(TEXT);
    }
  }

  @Test
  void generate_givesUpAfterThreeConnectionsThatBringNothing() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          if (number == 3) {
            refuse(connection, 503);
            return;
          }
          connection.beginEvents();
          tell(connection, 0, number == 1 ? 8 : -1);
        })) {
      ProviderException failure = failure(server);

      assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
      assertThat(failure).hasMessage("the connection broke in the answer");
      assertThat(asked(server)).containsExactly(ASKED, rest(8), rest(8), rest(8));
      assertThat(sink.text()).isEqualTo("2 + 2");
    }
  }

  /**
   * A cut frame at a body's end is no more than that; in the middle of the next it is malformed.
   */
  @Test
  void generate_aMalformedEventOfALaterConnectionIsABreakToo() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          String line = connection.readRequest().line();
          connection.beginEvents();
          if (number == 2) {
            tell(connection, 9, 9);
            connection.data("{\"type\":\"response.output_text.delta\",\"sequence_number\":10,");
            tell(connection, 11, 16);
          } else {
            tell(connection, after(line) + 1, number == 1 ? 8 : 16);
          }
          connection.endEvents();
        })) {
      provider(server).generate(request(), sink);

      assertThat(asked(server)).containsExactly(ASKED, rest(8), rest(9));
      assertThat(sink.text()).isEqualTo(TEXT);
    }
  }

  /** What was told over an earlier connection is no token of a later one. */
  @Test
  void generate_waitsForTheFirstTokenOfEachConnection() throws Exception {
    Patience patience =
        new Patience(Duration.ofSeconds(5), Duration.ofMillis(200), Duration.ofSeconds(60));
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          if (number == 1) {
            tell(connection, 0, 8);
          } else {
            connection.comment();
            connection.awaitClose();
          }
        })) {
      assertThat(
              catchThrowableOfType(
                      ProviderException.class,
                      () -> provider(server, patience).generate(request(), sink))
                  .code())
          .isEqualTo(FailureCode.PROVIDER_TRUNCATED);
      assertThat(asked(server)).containsExactly(ASKED, rest(8), rest(8), rest(8));
    }
  }

  /** An error beside the answer may be the way's; that it has a number makes it nothing new. */
  @Test
  void generate_givesUpWhereEachConnectionBringsAnError() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          String line = connection.readRequest().line();
          connection.beginEvents();
          tell(connection, 0, number == 1 ? 8 : -1);
          connection.data(
              "{\"type\":\"error\",\"code\":\"server_error\",\"sequence_number\":%d}"
                  .formatted(number == 1 ? 9 : after(line) + 1));
        })) {
      assertThat(failure(server)).hasMessage("the provider broke off with an error (server_error)");
      assertThat(asked(server)).containsExactly(ASKED, rest(8), rest(8), rest(8));
    }
  }

  @Test
  void generate_whereTheRestIsRefusedTheBreakIsTheFailure() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          if (number == 1) {
            connection.beginEvents();
            tell(connection, 0, 8);
          } else {
            refuse(connection, 404);
          }
        })) {
      assertThat(failure(server).code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
      assertThat(asked(server)).containsExactly(ASKED, rest(8));
    }
  }

  @Test
  void generate_anAnswerThatFailedIsNotAskedForAgain() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          tell(connection, 0, 8);
          connection.data(
              "{\"type\":\"response.failed\",\"sequence_number\":9,\"response\":"
                  + "{\"error\":{\"code\":\"server_error\",\"message\":\"no\"}}}");
        })) {
      assertThat(failure(server)).hasMessage("the provider broke off with an error (server_error)");
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void generate_neverAsksUnderAnIdThatDoesNotFitIntoAPath() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          connection.data(
              "{\"type\":\"response.created\",\"sequence_number\":0,"
                  + "\"response\":{\"id\":\"../files/x?a=\"}}");
        })) {
      assertThat(failure(server).code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
      assertThat(server.requests()).hasSize(1);
      assertThat(sink.names()).isEmpty();
      assertThat(
              catchThrowableOfType(
                  ProviderException.class,
                  () -> provider(server).resume("../files/x", request(), sink)))
          .hasMessage("that can't be the name of an answer");
    }
  }

  @Test
  void resume_tellsTheAnswerFromItsBeginningAndGoesOn() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          int next = after(connection.readRequest().line()) + 1;
          connection.beginEvents();
          tell(connection, next, number == 1 ? 10 : 16);
        })) {
      provider(server).resume(NAME, request(), sink);

      assertThat(asked(server)).containsExactly(TOLD, rest(10));
      assertThat(server.requests().getFirst()).contains("Authorization: Bearer sk-canary");
      assertThat(sink.text()).isEqualTo(TEXT);
      assertThat(sink.names()).containsExactly(NAME + " after 0");
    }
  }

  @Test
  void resume_ofAnAnswerThatIsGoneIsRefused() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          refuse(connection, 404);
        })) {
      ProviderException failure =
          catchThrowableOfType(
              ProviderException.class, () -> provider(server).resume(NAME, request(), sink));

      assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
      assertThat(server.requests()).hasSize(1);
    }
  }

  /** An interruption alone says nothing about why: it leaves the answer. */
  @Test
  void generate_interruptedClosesTheConnectionAndNothingElse() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          tell(connection, 0, 8);
          connection.awaitClose();
        })) {
      AtomicReference<Throwable> outcome = new AtomicReference<>();
      Thread caller =
          Thread.ofVirtual()
              .start(() ->
                  outcome.set(catchThrowable(() -> provider(server).generate(request(), sink))));
      await().until(() -> sink.text().equals("2 + 2"));

      caller.interrupt();

      await().atMost(2, TimeUnit.SECONDS).until(() -> server.closedByClient() == 1);
      assertThat(caller.join(Duration.ofSeconds(2))).isTrue();
      assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
      assertThat(asked(server)).containsExactly(ASKED);
    }
  }

  @Test
  void cancel_tellsTheServer() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          while (true) {
            connection.readRequest();
            connection.write(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
          }
        })) {
      ResponsesProvider provider = provider(server);

      provider.cancel(NAME);
      provider.cancel(NAME);

      assertThat(asked(server)).containsExactly(CANCELLED, CANCELLED);
      assertThat(server.requests().getFirst())
          .contains("Authorization: Bearer sk-canary", "Content-Length: 0");
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void cancel_thatIsRefusedSaysSo() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          refuse(connection, 404);
        })) {
      assertThat(
              catchThrowableOfType(ProviderException.class, () -> provider(server).cancel(NAME))
                  .code())
          .isEqualTo(FailureCode.PROVIDER_REJECTED);
    }
  }
}
