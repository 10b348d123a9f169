package io.streamrelay.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.streamrelay.gateway.ScriptedWorker.Running;
import io.streamrelay.gateway.dialect.sse.Http2Connection;
import io.streamrelay.gateway.dialect.sse.Http2Connection.Exchange;
import io.streamrelay.gateway.dialect.sse.SseStreams;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.redis.TestCertificate;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** HTTP/2 and HTTP/1.1 by TLS, with a certificate of the test's own. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class Http2Test extends GatewayTest {
  private static final int MANY = 200;
  private static final String HELLO = "{\"message\":\"Hello\"}";

  @TempDir static Path folder;
  private static TestCertificate certificate;

  @Autowired SseStreams streams;
  @Autowired ServletWebServerApplicationContext application;
  @Autowired MeterRegistry meters;

  @DynamicPropertySource
  static void tls(DynamicPropertyRegistry properties) throws Exception {
    certificate = TestCertificate.make(folder, "ip:127.0.0.1");
    String keys = "spring.ssl.bundle.pem.gateway.keystore.";
    properties.add(keys + "certificate", () -> certificate.certificate().toUri());
    properties.add(keys + "private-key", () -> certificate.key().toUri());
    properties.add("spring.ssl.bundle.pem.gateway.reload-on-update", () -> true);
    properties.add("spring.ssl.bundle.watch.file.quiet-period", () -> "100ms");
    properties.add("server.ssl.bundle", () -> "gateway");
    properties.add("server.http2.enabled", () -> true);
    properties.add("relay.gateway.sse.write-timeout", () -> "1s");
    properties.add("relay.gateway.streams.per-caller", () -> MANY + MANY / 10);
  }

  @AfterEach
  void end() {
    await().atMost(Duration.ofSeconds(10)).until(() -> streams.active() == 0);
  }

  @ParameterizedTest
  @EnumSource
  void stream_outlivesAllTimeoutsByItsPings(Version version) throws Exception {
    try (HttpClient client = client(version)) {
      String session = newSession();
      TurnId turn = submit(client, session);

      HttpResponse<Stream<String>> answer =
          client.send(stream(session).build(), BodyHandlers.ofLines());

      assertThat(answer.version()).isEqualTo(version);
      List<String> lines = new ArrayList<>();
      int pings = 0;
      for (var each = answer.body().iterator(); each.hasNext(); ) {
        String line = each.next();
        lines.add(line);
        if (line.equals("event: ping") && ++pings == 8) { // 4 s: idle timeout 3 s, headers' 1.5 s
          backstage.worker().answer(turn, "Once upon a time");
        }
      }
      assertThat(pings).isGreaterThanOrEqualTo(8);
      assertThat(lines).contains("data: {\"text\":\"Once upon a time\"}", "event: end");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/chat/%s/stream", "/api/ui/chat/%s/stream"})
  void stream_isByteForByteThatOfHttp1(String path) throws Exception {
    try (HttpClient one = client(Version.HTTP_1_1);
        HttpClient two = client(Version.HTTP_2)) {
      String session = newSession();
      TurnId turn = submit(two, session);
      HttpRequest stream = secure(path.formatted(session)).build();
      var byOne = one.sendAsync(stream, BodyHandlers.ofString());
      var byTwo = two.sendAsync(stream, BodyHandlers.ofString());
      await().until(() -> streams.active() == 2);

      backstage.worker().answer(turn, "Grüße\n\u2028\"😀");

      assertThat(byTwo.get(10, TimeUnit.SECONDS).version()).isEqualTo(Version.HTTP_2);
      assertThat(told(byTwo)).contains("Gr").isEqualTo(told(byOne));
      assertThat(byTwo.get().headers().firstValue("Content-Type"))
          .isEqualTo(byOne.get().headers().firstValue("Content-Type"));
    }
  }

  /** Without what comes by the clock or by chance. */
  private static String told(CompletableFuture<HttpResponse<String>> answer) throws Exception {
    return answer
        .get(10, TimeUnit.SECONDS)
        .body()
        .replaceAll("event: ping\ndata: \\{}\n\n|:[a-z]*\n\n|retry: \\d+\n\n", "");
  }

  @Test
  void streams_manyOnOneConnectionAllEndWhole() throws Exception {
    try (HttpClient two = client(Version.HTTP_2);
        HttpClient one = client(Version.HTTP_1_1)) {
      String session = newSession();
      List<Running> running = new ArrayList<>();
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < MANY + MANY / 10; i++) {
        HttpClient client = i < MANY ? two : one;
        session = newSession();
        running.add(backstage.worker().begin(submit(client, session)));
        answers.add(client.sendAsync(stream(session).build(), BodyHandlers.ofString()));
      }
      await().until(() -> streams.active() == running.size());
      assertThat(two.send(stream(session).build(), BodyHandlers.ofString()).statusCode())
          .as("beyond the caller's bound")
          .isEqualTo(429);
      assertThat(connections()).isLessThanOrEqualTo(1 + MANY / 10);

      for (int piece = 0; piece < 20; piece++) {
        for (int i = 0; i < running.size(); i++) {
          running.get(i).say("(" + i + ":" + piece + ")" + "x".repeat(200));
        }
      }
      running.forEach(Running::end);

      for (int i = 0; i < answers.size(); i++) {
        StringBuilder expected = new StringBuilder();
        for (int piece = 0; piece < 20; piece++) {
          expected.append("(").append(i).append(":").append(piece).append(")");
          expected.append("x".repeat(200));
        }
        assertThat(text(answers.get(i).get(20, TimeUnit.SECONDS))).isEqualTo(expected.toString());
      }
    }
  }

  private int connections() {
    JettyWebServer server = (JettyWebServer) application.getWebServer();
    return server.getServer().getConnectors()[0].getConnectedEndPoints().size();
  }

  private static String text(HttpResponse<String> answer) {
    assertThat(types(answer)).endsWith("end");
    StringBuilder text = new StringBuilder();
    answer
        .body()
        .lines()
        .filter(line -> line.startsWith("data: {\"text\""))
        .forEach(line -> text.append(JSON.readTree(line.substring(6)).get("text").stringValue()));
    return text.toString();
  }

  @Test
  void stream_thatBreaksOffLeavesTheOthers() throws Exception {
    try (Http2Connection connection = Http2Connection.secure(port)) {
      String session = newSession();
      String body = "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
      Exchange other = connection.get("/api/chat/" + quietSession(connection) + "/stream");
      Exchange breaks =
          connection.post(
              "/v1/chat/completions",
              body,
              "Content-Type",
              "application/json",
              "x-relay-session",
              session);
      await().until(() -> streams.active() == 2);
      TurnId turn = turnOf(connection, session);

      backstage.worker().begin(turn).fail(FailureCode.PROVIDER_UNAVAILABLE, "away");

      assertThat(breaks.end().get(10, TimeUnit.SECONDS)).isEqualTo("CANCEL_STREAM_ERROR");
      assertThat(breaks.text()).contains("data: {\"error\":{").doesNotContain("[DONE]");
      await().until(() -> streams.active() == 1);
      assertThat(other.end()).isNotDone();
      assertThat(connection.isOpen()).isTrue();
      other.cancel();
    }
  }

  private String quietSession(Http2Connection connection) {
    String session = newSession();
    Exchange submitted =
        connection.post("/api/chat/" + session, HELLO, "Content-Type", "application/json");
    assertThat(submitted.whole()).contains("turnId");
    return session;
  }

  private TurnId turnOf(Http2Connection connection, String session) {
    String answer = connection.get("/api/chat/" + session + "/messages").whole();
    return TurnId.parse(JSON.readTree(answer).findValue("turnId").stringValue());
  }

  @Test
  void client_thatLeavesIsMeasuredAsARequest() {
    try (Http2Connection connection = Http2Connection.secure(port)) {
      String session = quietSession(connection);
      long before = measured();
      Exchange leaves = connection.get("/api/chat/" + session + "/stream");
      await().until(() -> leaves.text().contains("event: ping")); // it waits, in silence

      leaves.cancel();

      await().until(() -> measured() == before + 1);
    }
  }

  private long measured() {
    return meters
        .find("http.server.requests")
        .tag("uri", "/api/chat/{session}/stream")
        .timers()
        .stream()
        .mapToLong(Timer::count)
        .sum();
  }

  @Test
  void wait_forATurnOutlivesTheIdleTimeoutAndEndsWithItsClient() throws Exception {
    try (Http2Connection connection = Http2Connection.secure(port)) {
      String session = quietSession(connection);
      TurnId turn = turnOf(connection, session);
      String path = "/api/chat/" + session + "/turns/" + turn + "?wait=";
      Exchange waits = connection.get(path + "4");
      Exchange leaves = connection.get(path + "30");
      await().until(() -> hub.readers() == 2);

      leaves.cancel();

      await().until(() -> hub.readers() < 2);
      assertThat(waits.whole()).contains(turn.toString());
      assertThat(waits.status()).isEqualTo(200);
      assertThat(hub.readers()).isZero();
    }
  }

  @Test
  void devMode_asksWhatTheAddressIsByHttp2Too() {
    try (Http2Connection local = Http2Connection.secure(port);
        Http2Connection foreign = Http2Connection.secure(port, "evil.example")) {
      assertThat(local.get("/api/models").status()).isEqualTo(200);
      assertThat(local.get("/api/models", "Origin", "https://localhost:" + port).status())
          .isEqualTo(200);
      assertThat(local.get("/api/models", "Origin", "https://evil.example").status())
          .isEqualTo(403);
      assertThat(local.get("/api/models", "Host", "evil.example").status()).isIn(400, 403);
      assertThat(foreign.get("/api/models").status()).isEqualTo(403);
      assertThat(foreign.get("/api/models", "Host", "localhost").status()).isIn(400, 403);
    }
  }

  @Test
  void connection_isToldItsBoundsAndCutWhereItFloods() throws Exception {
    try (Http2Connection flood = Http2Connection.secure(port);
        Http2Connection calm = Http2Connection.secure(port)) {
      assertThat(flood.allowed().getSettings())
          .containsEntry(SettingsFrame.MAX_CONCURRENT_STREAMS, 256)
          .containsEntry(SettingsFrame.MAX_HEADER_LIST_SIZE, 16 * 1024);

      Exchange stream = calm.get("/api/chat/" + quietSession(calm) + "/stream");
      await().until(() -> stream.text().contains("event: user"));

      for (int i = 0; i < 3000 && flood.isOpen(); i++) {
        flood.tryReset("/api/models");
      }

      assertThat(flood.goneAway().get(10, TimeUnit.SECONDS).getError())
          .isEqualTo(ErrorCode.ENHANCE_YOUR_CALM_ERROR.code);
      assertThat(calm.get("/api/models").status()).isEqualTo(200);
      assertThat(stream.end()).isNotDone();
    }
  }

  @Test
  void client_thatLeavesAllItsStreamsAtOnceKeepsItsConnection() {
    try (Http2Connection connection = Http2Connection.secure(port)) {
      String path = "/api/chat/" + quietSession(connection) + "/stream";
      List<Exchange> all = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        all.add(connection.get(path));
      }
      await().until(() -> all.stream().allMatch(each -> each.text().contains("event: user")));

      all.forEach(Exchange::cancel);

      await().until(() -> streams.active() == 0);
      assertThat(connection.get("/api/models").status()).isEqualTo(200);
      assertThat(connection.isOpen()).isTrue();
    }
  }

  @Test
  void handshake_thatNeverEndsIsClosed() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(new byte[] {22, 3, 1}); // the first bytes of a ClientHello

      assertThatIsClosed(socket);
    }
  }

  @Test
  void headers_byteByByteAreClosed() throws Exception {
    try (SSLSocket socket = handshaken("http/1.1")) {
      socket.getOutputStream().write("GET /api/models HTTP/1.1\r\nX-Slow: ".getBytes(US_ASCII));

      assertThatIsClosed(socket);
    }
  }

  @Test
  void frames_byteByByteAreClosed() throws Exception {
    try (SSLSocket socket = handshaken("h2")) {
      OutputStream out = socket.getOutputStream();
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
      out.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}); // no settings
      out.write(new byte[] {0, 0, 99, 1, 5, 0, 0, 0, 1, 0}); // and headers, but for 98 bytes

      assertThatIsClosed(socket);
    }
  }

  private SSLSocket handshaken(String protocol) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            trusting(certificate)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    assertThat(socket.getApplicationProtocol()).isEqualTo(protocol);
    return socket;
  }

  private static void assertThatIsClosed(Socket socket) throws Exception {
    socket.setSoTimeout(2800); // the idle timeout is 3 s
    InputStream in = socket.getInputStream();
    int read;
    do {
      read = in.read();
    } while (read >= 0);
  }

  @Test
  void certificate_isLoadedAnewWhileStreamsGoOn(CapturedOutput log) throws Exception {
    try (HttpClient before = client(Version.HTTP_2)) {
      String session = newSession();
      TurnId turn = submit(before, session);
      var answer = before.sendAsync(stream(session).build(), BodyHandlers.ofString());
      await().until(() -> streams.active() == 1);
      TestCertificate next =
          TestCertificate.make(Files.createDirectory(folder.resolve("next")), "ip:127.0.0.1");
      Certificate expected = read(next);

      Certificate first = presented();
      Files.writeString(certificate.certificate(), "not a certificate");
      await().until(() -> log.getOut().contains("the bundle gateway stays as it was"));
      assertThat(presented()).isEqualTo(first);

      Files.move(next.key(), certificate.key(), StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          next.certificate(), certificate.certificate(), StandardCopyOption.REPLACE_EXISTING);

      await().atMost(Duration.ofSeconds(15)).until(() -> presented().equals(expected));
      backstage.worker().answer(turn, "Once");
      assertThat(types(answer.get(10, TimeUnit.SECONDS))).contains("text", "end");
      try (HttpClient after = client(Version.HTTP_2)) {
        assertThat(after.send(secure("/api/models").build(), BodyHandlers.ofString()).statusCode())
            .isEqualTo(200);
      }
    }
  }

  private Certificate presented() throws Exception {
    SslContextFactory.Client all = new SslContextFactory.Client(true);
    all.start();
    try (SSLSocket socket = all.newSslSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    } finally {
      all.stop();
    }
  }

  @Test
  void managementPort_isWithoutTls() {
    assertThat(management("/actuator/health/readiness").statusCode()).isEqualTo(200);
  }

  private static HttpClient client(Version version) throws Exception {
    return HttpClient.newBuilder().sslContext(trusting(certificate)).version(version).build();
  }

  private static SSLContext trusting(TestCertificate server) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("gateway", read(server));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static Certificate read(TestCertificate server) throws Exception {
    try (InputStream in = Files.newInputStream(server.certificate())) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private HttpRequest.Builder secure(String path) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path));
  }

  private HttpRequest.Builder stream(String session) {
    return secure("/api/chat/" + session + "/stream");
  }

  private TurnId submit(HttpClient client, String session) throws Exception {
    HttpRequest request =
        secure("/api/chat/" + session)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(HELLO))
            .build();
    HttpResponse<String> submitted = client.send(request, BodyHandlers.ofString());
    assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(202);
    assertThat(submitted.version()).isEqualTo(client.version());
    return TurnId.parse(json(submitted).get("turnId").stringValue());
  }
}
