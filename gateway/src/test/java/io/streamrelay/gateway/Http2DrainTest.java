package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.dialect.sse.Http2Connection;
import io.streamrelay.gateway.dialect.sse.Http2Connection.Exchange;
import io.streamrelay.gateway.dialect.sse.SseStreams;
import io.streamrelay.gateway.drain.StreamDrain;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http2.ErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A gateway that speaks HTTP/2 without TLS, and stops. */
@Timeout(60)
final class Http2DrainTest {
  private static final String HELLO = "{\"message\":\"Hello\",\"stream\":true}";

  private ConfigurableApplicationContext gateway;
  private int port;

  @BeforeEach
  void start() {
    gateway =
        new SpringApplicationBuilder(GatewayApplication.class, InMemoryStores.class)
            .run(
                "--relay.dev=true",
                "--server.port=0",
                "--server.http2.enabled=true",
                "--management.server.port=0",
                "--relay.gateway.drain.notice=1s",
                "--relay.gateway.drain.spread=200ms",
                "--spring.autoconfigure.exclude="
                    + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration");
    port = gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void close_endsStreamsByTheirClosingWordsAndThenTheConnection() throws Exception {
    try (Http2Connection connection = Http2Connection.plain(port)) {
      String[] json = {"Content-Type", "application/json"};
      Exchange ours = connection.post("/api/chat/s-1", HELLO, json);
      String body = "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
      Exchange openAis = connection.post("/v1/chat/completions", body, json);
      await().until(() -> gateway.getBean(SseStreams.class).active() == 2);
      StreamDrain drain = gateway.getBean(StreamDrain.class);

      Thread closing = Thread.ofPlatform().start(() -> gateway.close());
      await().until(drain::draining);
      Exchange late = connection.post("/api/chat/s-2", HELLO, json);

      assertThat(late.status()).isEqualTo(503);
      assertThat(late.whole()).contains("\"draining\"");
      assertThat(ours.whole()).contains("event: user\n").containsPattern("retry: \\d{3,4}\n\n$");
      assertThat(openAis.end().get(10, TimeUnit.SECONDS)).isEqualTo("CANCEL_STREAM_ERROR");
      assertThat(openAis.text()).contains("\"code\":\"draining\"");
      assertThat(connection.goneAway().get(20, TimeUnit.SECONDS).getError())
          .isEqualTo(ErrorCode.NO_ERROR.code);
      closing.join();
    }
  }

  /** The JDK's client asks for h2c with its first request, whatever that is. */
  @Test
  void upgrade_ofAPostIsNoTrouble() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + "/api/chat/s-1");
      HttpRequest post =
          HttpRequest.newBuilder(uri)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"message\":\"Hello\"}"))
              .build();

      HttpResponse<String> first = client.send(post, BodyHandlers.ofString());

      assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
      assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }
  }
}
