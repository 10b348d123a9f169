package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The proxies of deploy/edge, each really there, by TLS and HTTP/2, before real gateways. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
@ExtendWith(SharedSystem.class)
class EdgesTest {
  private static final String PASSWORD = "changeit";
  private static RelaySystem system;

  @TempDir Path folder;

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
  }

  @Test
  void nginx_letsAnswersThroughAsTheyGrow() throws Exception {
    try (Edge edge = Edge.nginx(folder, system)) {
      streamsPass(edge);
    }
  }

  @Test
  void haproxy_letsAnswersThroughAsTheyGrow() throws Exception {
    try (Edge edge = Edge.haproxy(folder, system)) {
      streamsPass(edge);
    }
  }

  private void streamsPass(Edge edge) throws Exception {
    String trust =
        "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=%s"
            .formatted(edge.store(), PASSWORD);

    DoctorCommand.Said said =
        DoctorCommand.run(folder, Map.of("JAVA_TOOL_OPTIONS", trust), "--url", edge.url());

    assertThat(said.finding(0, "streaming").toString()).contains("events come as they are made");
    assertThat(said.finding(0, "resume").get("level").asString()).isEqualTo("ok");
    assertThat(said.exit()).as("%s", said.report()).isZero();
    try (HttpClient http = client(edge)) {
      operatorsRoutesAreClosed(http, edge);
      refusalsAreTheGateways(http, edge);
      aClientThatLeavesIsNoticed(http, edge);
      socketsPass(http, edge);
    }
  }

  private static HttpClient client(Edge edge) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(edge.store())) {
      store.load(in, PASSWORD.toCharArray());
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private static HttpRequest.Builder request(Edge edge, String path) {
    return HttpRequest.newBuilder(URI.create(edge.url() + path)).timeout(Duration.ofSeconds(30));
  }

  /** Of a page of the edge's own origin, with a turn on it. */
  private static void socketsPass(HttpClient http, Edge edge) throws Exception {
    BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    WebSocket socket =
        http.newWebSocketBuilder()
            .header("Origin", edge.url())
            .subprotocols("stream-relay.v1")
            .buildAsync(URI.create(edge.url().replace("https", "wss") + "/ws/chat"), into(messages))
            .get(20, TimeUnit.SECONDS);
    assertThat(socket.getSubprotocol()).isEqualTo("stream-relay.v1");
    socket.sendText(
        "{\"type\":\"submit\",\"requestId\":\"1\",\"message\":\"Tell\",\"model\":\"demo-t20-i10\"}",
        true);

    assertThat(messages.poll(20, TimeUnit.SECONDS)).contains("\"accepted\"");
    String message = messages.poll(20, TimeUnit.SECONDS);
    while (message != null && !message.contains("\"type\":\"closed\"")) {
      assertThat(message).startsWith("{\"type\":\"event\"");
      message = messages.poll(20, TimeUnit.SECONDS);
    }
    assertThat(message).contains("\"reason\":\"finished\"");
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(20, TimeUnit.SECONDS);
  }

  private static WebSocket.Listener into(BlockingQueue<String> messages) {
    StringBuilder text = new StringBuilder();
    return new WebSocket.Listener() {
      @Override
      public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
          messages.add(text.toString());
          text.setLength(0);
        }
        socket.request(1);
        return null;
      }
    };
  }

  private static void operatorsRoutesAreClosed(HttpClient http, Edge edge) throws Exception {
    HttpRequest lists = request(edge, "/admin/turns").build();
    assertThat(http.send(lists, BodyHandlers.discarding()).statusCode()).isEqualTo(404);
    assertThat(new StreamClient().get(system.url(0) + "/admin/turns").status()).isEqualTo(200);
  }

  private static void refusalsAreTheGateways(HttpClient http, Edge edge) throws Exception {
    HttpRequest large =
        request(edge, "/api/chat/edge-large")
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(" ".repeat(300_000)))
            .build();
    HttpResponse<String> refusal = http.send(large, BodyHandlers.ofString());
    assertThat(refusal.statusCode()).isEqualTo(413);
    assertThat(refusal.body()).contains("\"code\"");
  }

  private void aClientThatLeavesIsNoticed(HttpClient http, Edge edge) throws Exception {
    String session = "edge-left-" + folder.getFileName();
    double before = disconnected();
    HttpRequest turn =
        request(edge, "/api/chat/" + session)
            .header("content-type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"message\":\"Tell\",\"model\":\"demo-t2000-i25\",\"stream\":true}"))
            .build();
    HttpResponse<InputStream> answer = http.send(turn, BodyHandlers.ofInputStream());
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    try (InputStream body = answer.body()) {
      assertThat(body.readNBytes(1000)).hasSize(1000);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> disconnected() > before);
    assertThat(
            new StreamClient()
                .post(system.url(0) + "/api/chat/" + session + "/cancel", "{}")
                .status())
        .isEqualTo(200);
  }

  /** Streams of both gateways whose clients left. */
  private static double disconnected() {
    return IntStream.range(0, 2).mapToDouble(gateway -> metric(system.gateway(gateway))).sum();
  }

  private static double metric(RelayProcess gateway) {
    try {
      return gateway
          .metrics()
          .lines()
          .filter(line -> line.startsWith("relay_streams_closed_total{"))
          .filter(line -> line.contains("reason=\"disconnected\""))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
