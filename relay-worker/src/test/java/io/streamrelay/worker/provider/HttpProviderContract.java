package io.streamrelay.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every provider over HTTP does, whatever it speaks. */
public abstract class HttpProviderContract {
  private static final String KEY = "sk-canary-0123456789";

  /** Reads for all tests; never closed. */
  private static final ProviderIo IO = new ProviderIo(SSLContexts.createSystemDefault());

  private final CollectingSink sink = new CollectingSink();

  protected abstract Provider provider(
      URI baseUrl, Supplier<@Nullable String> apiKey, ProviderHttpClient http);

  /** The bytes of an answer's beginning, with the text {@code Hel} and no finish marker. */
  protected abstract String beginning();

  /** The bytes that finish it. */
  protected abstract String finish();

  /** A keep-alive; empty if the format has none. */
  protected abstract String keepAlive();

  /** How the request for {@code some-model} begins, up to the line's end. */
  protected abstract String requestLine();

  /** The line of the head that has the key. */
  protected abstract String keyLine(String key);

  /** A body of status 401 that holds this. */
  protected abstract String refusal(String word);

  /** What stands for a byte; overridden where it isn't text. */
  protected byte[] bytes(String body) {
    return body.getBytes(StandardCharsets.UTF_8);
  }

  /** What says nothing at all; overridden where it isn't server-sent events. */
  protected String comment() {
    return ": still here\n\n";
  }

  @Test
  void generate_asksWithTheKeyOfTheMoment() throws Exception {
    try (ScriptedServer server = answering(beginning() + finish())) {
      Provider provider = provider(server, KEY, Patience.DEFAULT);

      provider.generate(request(), sink);

      assertThat(sink.text()).isEqualTo("Hel");
      String asked = server.requests().getFirst();
      assertThat(asked).startsWith(requestLine() + "\r\n");
      assertThat(asked.toLowerCase()).contains("\r\n" + keyLine(KEY).toLowerCase() + "\r\n");
      assertThat(asked.split("\r\n\r\n", 2)[1]).contains("Hello").doesNotContain(KEY);
      assertThat(provider.toString()).doesNotContain(KEY);
    }
  }

  @Test
  void generate_asksAServerWithoutKeys() throws Exception {
    try (ScriptedServer server = answering(beginning() + finish())) {
      provider(server, null, Patience.DEFAULT).generate(request(), sink);

      String name = keyLine("").toLowerCase().strip();
      assertThat(server.requests().getFirst().toLowerCase()).doesNotContain("\r\n" + name);
    }
  }

  @Test
  void generate_anEndWithoutFinishIsTruncated() throws Exception {
    try (ScriptedServer server = answering(beginning())) {
      assertThat(failure(provider(server, KEY, Patience.DEFAULT)).code())
          .isEqualTo(FailureCode.PROVIDER_TRUNCATED);
      assertThat(sink.text()).isEqualTo("Hel");
    }
  }

  @Test
  void generate_aCutWithinTheAnswerIsTruncated() throws Exception {
    ScriptedServer.Script cut =
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          chunk(connection, beginning());
          connection.write("ff\r\ndata: {");
        };
    try (ScriptedServer server = new ScriptedServer(cut)) {
      assertThat(failure(provider(server, KEY, Patience.DEFAULT)).code())
          .isEqualTo(FailureCode.PROVIDER_TRUNCATED);
      assertThat(sink.text()).isEqualTo("Hel");
    }
  }

  @Test
  void generate_aCutAfterTheFinishBreaksNothing() throws Exception {
    ScriptedServer.Script cut =
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          chunk(connection, beginning() + finish());
        };
    try (ScriptedServer server = new ScriptedServer(cut)) {
      provider(server, KEY, Patience.DEFAULT).generate(request(), sink);

      assertThat(sink.text()).isEqualTo("Hel");
    }
  }

  /** Keep-alives and comments are no tokens: a server that sends nothing else stalls. */
  @Test
  void generate_aStallIsATimeoutAndClosesTheConnection() throws Exception {
    ScriptedServer.Script stall =
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          chunk(connection, beginning());
          while (true) {
            Thread.sleep(10);
            chunk(connection, comment() + keepAlive());
          }
        };
    Patience patience =
        new Patience(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMillis(300));
    try (ScriptedServer server = new ScriptedServer(stall)) {
      assertThat(failure(provider(server, KEY, patience)).code())
          .isEqualTo(FailureCode.PROVIDER_TIMEOUT);
      assertThat(sink.text()).isEqualTo("Hel");
      await().atMost(2, TimeUnit.SECONDS).until(() -> server.closedByClient() == 1);
    }
  }

  @Test
  void generate_interruptionClosesTheConnectionFirst() throws Exception {
    ScriptedServer.Script waiting =
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          chunk(connection, beginning());
          connection.awaitClose();
        };
    try (ScriptedServer server = new ScriptedServer(waiting)) {
      Provider provider = provider(server, KEY, Patience.DEFAULT);
      AtomicReference<Throwable> outcome = new AtomicReference<>();
      Thread caller =
          Thread.ofVirtual()
              .start(() -> outcome.set(catchThrowable(() -> provider.generate(request(), sink))));
      await().until(() -> sink.text().equals("Hel"));

      caller.interrupt();

      await().atMost(2, TimeUnit.SECONDS).until(() -> server.closedByClient() == 1);
      assertThat(caller.join(Duration.ofSeconds(2))).isTrue();
      assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void generate_aRefusalNeverShowsTheKey() throws Exception {
    String body = refusal(KEY);
    ScriptedServer.Script refusing =
        (connection, number) -> {
          connection.readRequest();
          connection.write(
              "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: "
                  + body.length()
                  + "\r\n\r\n"
                  + body);
        };
    try (ScriptedServer server = new ScriptedServer(refusing)) {
      ProviderException failure = failure(provider(server, KEY, Patience.DEFAULT));

      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_AUTH);
      assertThat(failure).hasMessage("the provider answered 401");
      assertThat(trace.toString()).doesNotContain(KEY);
    }
  }

  private ScriptedServer answering(String body) throws Exception {
    return new ScriptedServer((connection, number) -> {
      connection.readRequest();
      connection.beginEvents();
      chunk(connection, body);
      connection.endEvents();
    });
  }

  private void chunk(ScriptedServer.Connection connection, String text) throws IOException {
    byte[] bytes = bytes(text);
    connection.chunk(bytes, 0, bytes.length);
  }

  private Provider provider(ScriptedServer server, @Nullable String key, Patience patience) {
    URI base = URI.create("http://127.0.0.1:" + server.port());
    return provider(
        base,
        () -> key,
        new ProviderHttpClient(IO, base, ScriptedServer.REACH, patience, 10, 8 << 20));
  }

  private ProviderException failure(Provider provider) {
    return catchThrowableOfType(ProviderException.class, () -> provider.generate(request(), sink));
  }

  private static ProviderRequest request() {
    return new ProviderRequest(
        "some-model",
        List.of(new Utterance(Role.USER, List.of(new Part.Text("Hello")))),
        Parameters.NONE,
        System.nanoTime() + 30_000_000_000L,
        1);
  }
}
