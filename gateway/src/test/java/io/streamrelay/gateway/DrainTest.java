package io.streamrelay.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.dialect.sse.SseStreams;
import io.streamrelay.gateway.drain.StreamDrain;
import io.streamrelay.gateway.tail.Hub;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A whole gateway that stops while it is read from. */
final class DrainTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private ConfigurableApplicationContext gateway;
  private String chat;

  @BeforeEach
  void start() {
    gateway =
        new SpringApplicationBuilder(GatewayApplication.class, InMemoryStores.class)
            .run(
                "--relay.dev=true",
                "--server.port=0",
                "--management.server.port=0",
                "--relay.gateway.drain.notice=500ms",
                "--relay.gateway.drain.spread=200ms",
                "--spring.autoconfigure.exclude="
                    + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration");
    String port = gateway.getEnvironment().getProperty("local.server.port");
    chat = "http://127.0.0.1:" + port + "/api/chat/";
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void close_endsOpenStreamsAndWaitsBeforeBootsGracefulPhase() throws Exception {
    var stream = post("s-1", "\"stream\": true");
    String turnUrl = "turns/" + turn(post("s-2", "\"stream\": false").get(5, TimeUnit.SECONDS));
    var wait = get("s-2/" + turnUrl + "?wait=30");
    await().until(() -> gateway.getBean(SseStreams.class).active() == 1);
    await().until(() -> gateway.getBean(Hub.class).readers() == 2);
    StreamDrain drain = gateway.getBean(StreamDrain.class);
    long begin = System.nanoTime();

    gateway.close();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    assertThat(drain.draining()).isTrue();
    assertThat(stream.get(5, TimeUnit.SECONDS).body())
        .contains("event: user\n")
        .containsPattern("\n\nretry: \\d{3,4}\n\n$");
    assertThat(wait.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void close_tellsSocketsWhenToComeBack() {
    int port = URI.create(chat).getPort();
    try (TestSocket idle = TestSocket.open(port);
        TestSocket reading = TestSocket.open(port)) {
      reading.send("{'type':'submit','requestId':'r','sessionId':'s-1','message':'Hi'}");
      reading.next("accepted");
      reading.eventsTo("user");
      long begin = System.nanoTime();

      gateway.close();

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
      for (TestSocket socket : new TestSocket[] {idle, reading}) {
        assertThat(socket.next("draining").get("retryMillis").intValue()).isBetween(500, 8000);
        assertThat(socket.closeCode()).isEqualTo(1012);
      }
    }
  }

  @Test
  void close_tellsOpenAisClientsThatThereIsMore() throws Exception {
    var stream = CompletableFuture.supplyAsync(() -> complete(true), Thread::startVirtualThread);
    var whole = CompletableFuture.supplyAsync(() -> complete(false), Thread::startVirtualThread);
    await().until(() -> gateway.getBean(SseStreams.class).active() == 1);
    await().until(() -> gateway.getBean(Hub.class).readers() == 2);

    gateway.close();

    assertThat(stream.get(5, TimeUnit.SECONDS))
        .startsWith("200 :\n\n")
        .contains("data: {\"error\":{", "\"code\":\"draining\"")
        .doesNotContain("[DONE]")
        .endsWith("broken");
    assertThat(whole.get(5, TimeUnit.SECONDS))
        .startsWith("503 {\"error\":{")
        .contains("\"code\":\"draining\"")
        .endsWith("}}");
  }

  /** The status and all that comes; HttpClient would forget some of what breaks off. */
  private String complete(boolean streamed) {
    StringBuilder read = new StringBuilder();
    try {
      URI uri = URI.create(chat.replace("/api/chat/", "/v1/chat/completions"));
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setDoOutput(true);
      connection.setReadTimeout(20_000);
      connection.setRequestProperty("Content-Type", "application/json");
      String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"stream\":%b}";
      connection.getOutputStream().write(body.formatted(streamed).getBytes(UTF_8));
      read.append(connection.getResponseCode()).append(' ');
      InputStream answer =
          connection.getErrorStream() == null
              ? connection.getInputStream()
              : connection.getErrorStream();
      for (int next = answer.read(); next >= 0; next = answer.read()) {
        read.append((char) next);
      }
      return read.toString();
    } catch (IOException e) {
      return read + "broken";
    }
  }

  @Test
  void close_interruptedLeavesAtOnce() throws Exception {
    post("s-1", "\"stream\": true");
    await().until(() -> gateway.getBean(SseStreams.class).active() == 1);
    Hub hub = gateway.getBean(Hub.class);
    StreamDrain drain = gateway.getBean(StreamDrain.class);

    Thread closing = Thread.ofPlatform().start(() -> gateway.close());
    await().until(() -> drain.draining());
    closing.interrupt();
    closing.join(Duration.ofSeconds(10));

    assertThat(closing.isAlive()).isFalse();
    await().until(() -> hub.readers() == 0);
  }

  private CompletableFuture<HttpResponse<String>> post(String session, String more) {
    String body = "{\"message\": \"hi\", \"model\": \"demo\", " + more + "}";
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create(chat + session))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> get(String path) {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create(chat + path)).build(), BodyHandlers.ofString());
  }

  private static String turn(HttpResponse<String> accepted) {
    return accepted.body().replaceAll(".*\"turnId\":\"([^\"]*)\".*", "$1");
  }
}
