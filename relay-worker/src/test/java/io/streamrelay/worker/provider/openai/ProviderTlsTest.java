package io.streamrelay.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderIo;
import io.streamrelay.worker.provider.ScriptedServer;
import io.streamrelay.worker.provider.TightSink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.ssl.SSLContextBuilder;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over HTTPS: whom we believe, and that the rest is as without. */
final class ProviderTlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private static Path directory;

  private static SSLContext trusting;
  private static SSLContext serving;

  private ScriptedServer server;
  private ProviderIo io;

  /** A certificate for {@code localhost} only, signed by itself. */
  @BeforeAll
  static void makeCertificate() throws Exception {
    Path store = directory.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).isZero();
    serving = SSLContextBuilder.create().loadKeyMaterial(store, PASSWORD, PASSWORD).build();
    trusting = SSLContextBuilder.create().loadTrustMaterial(store, PASSWORD).build();
  }

  @AfterEach
  void close() throws IOException {
    io.close();
    if (server != null) {
      server.close();
    }
  }

  private OpenAiChatProvider provider(SSLContext tls, String host, ScriptedServer.Script script)
      throws IOException {
    ServerSocket listener =
        serving
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server = new ScriptedServer(listener, script);
    io = new ProviderIo(tls);
    URI url = URI.create("https://" + host + ":" + server.port() + "/v1");
    return OpenAi.provider(io, url, OpenAi.PATIENT);
  }

  private static final ScriptedServer.Script ANSWERS =
      (connection, number) -> {
        while (true) {
          connection.readRequest();
          connection.beginEvents();
          connection.text("Hello");
          connection.finish();
          connection.endEvents();
        }
      };

  @Test
  void trusted_isAskedOnOneConnection() throws Exception {
    OpenAiChatProvider provider = provider(trusting, "localhost", ANSWERS);
    CollectingSink sink = new CollectingSink();

    provider.generate(OpenAi.request(), sink);
    provider.generate(OpenAi.request(), sink);

    assertThat(sink.text()).isEqualTo("HelloHello");
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void trusted_backpressureStopsReadingToo() throws Exception {
    int deltas = 1000;
    OpenAiChatProvider provider =
        provider(
            trusting,
            "localhost",
            (connection, number) -> {
              connection.readRequest();
              connection.beginEvents();
              for (int i = 0; i < deltas; i++) {
                connection.text("x".repeat(4096));
              }
              connection.finish();
              connection.endEvents();
            });
    TightSink sink = new TightSink(100_000);
    AtomicReference<Object> outcome = new AtomicReference<>();
    Thread caller =
        Thread.startVirtualThread(() -> {
          try {
            outcome.set(provider.generate(OpenAi.request(), sink));
          } catch (ProviderException | InterruptedException e) {
            outcome.set(e);
          }
        });

    for (int i = 0; i < 20; i++) {
      await().until(sink::isFull);
      sink.allow(100_000);
    }
    await().until(sink::isFull);
    assertThat(sink.taken()).isLessThan(2_100_000 + 64 * 1024);
    sink.allow(Long.MAX_VALUE / 2);
    caller.join();

    assertThat(outcome.get()).isNotInstanceOf(Exception.class);
    assertThat(sink.taken()).isEqualTo(deltas * 4096L);
  }

  @Test
  void untrusted_isNotAsked() throws Exception {
    SSLContext jdk = SSLContexts.createSystemDefault();

    assertNotAsked(provider(jdk, "localhost", ANSWERS));
  }

  @Test
  void anotherHostName_isNotAsked() throws Exception {
    assertNotAsked(provider(trusting, "127.0.0.1", ANSWERS));
  }

  private void assertNotAsked(OpenAiChatProvider provider) {
    assertThat(failure(provider)).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void handshake_thatNeverEndsIsATimeout() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("https://localhost:" + silent.getLocalPort() + "/v1");
      io = new ProviderIo(trusting);
      OpenAiChatProvider provider = OpenAi.provider(io, url, OpenAi.patience(10_000, 10_000));
      long began = System.nanoTime();

      assertThat(failure(provider)).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
      assertThat(System.nanoTime() - began).isLessThan(5_000_000_000L);
    }
  }

  private static FailureCode failure(OpenAiChatProvider provider) {
    return catchThrowableOfType(
            ProviderException.class,
            () -> provider.generate(OpenAi.request(), new CollectingSink()))
        .code();
  }
}
