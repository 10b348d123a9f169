package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.store.StoreConfiguration;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** The gateway as it ships, over real stores that come, go and come back. */
class RealStoresTest {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);
  private static final Duration BOUND = Duration.ofSeconds(4);
  private static final String BODY = "{\"message\":\"Hello\"}";

  private static final EmbeddedRedis REDIS = EmbeddedRedis.builder().start();
  private static final EmbeddedPostgreSql POSTGRES =
      EmbeddedPostgreSql.builder().fsync(false).start();

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterAll
  static void stop() {
    POSTGRES.close();
    REDIS.close();
  }

  private static ConfigurableApplicationContext start() {
    Class<?>[] sources = {GatewayApplication.class, StoreConfiguration.class};
    return new SpringApplication(sources)
        .run(
            "--relay.dev=true",
            "--server.port=0",
            "--management.server.port=0",
            "--spring.datasource.url=" + POSTGRES.jdbcUrl(),
            "--spring.datasource.username=" + POSTGRES.username(),
            "--spring.datasource.password=" + POSTGRES.password(),
            "--spring.data.redis.host=" + REDIS.host(),
            "--spring.data.redis.port=" + REDIS.port());
  }

  @Test
  void gateway_startsWithoutItsStoresAndIsReadyOnceTheyCome() {
    REDIS.stop();
    POSTGRES.stop();
    try (ConfigurableApplicationContext gateway = start()) {
      assertThat(health(gateway, "liveness")).isEqualTo(200);
      assertThat(health(gateway, "readiness")).isEqualTo(503);
      assertThat(post(gateway, "s-1", BODY).statusCode()).isEqualTo(503);

      POSTGRES.restart();
      REDIS.restart();

      await().atMost(LONG_ENOUGH).until(() -> health(gateway, "readiness") == 200);
      await().atMost(LONG_ENOUGH).until(() -> post(gateway, "s-1", BODY).statusCode() != 503);
      assertThat(post(gateway, "s-1", BODY).statusCode()).isEqualTo(409);
    }
  }

  @Test
  void gateway_staysReadyWhileAStoreIsAway() {
    try (ConfigurableApplicationContext gateway = start()) {
      await().atMost(LONG_ENOUGH).until(() -> health(gateway, "readiness") == 200);

      REDIS.stop();
      var withoutRedis = timed(gateway, "s-2");
      REDIS.restart();
      POSTGRES.stop();
      var withoutPostgres = timed(gateway, "s-3");
      int readiness = health(gateway, "readiness");
      POSTGRES.restart();

      assertThat(withoutRedis.statusCode()).isEqualTo(202);
      assertThat(withoutPostgres.statusCode()).isEqualTo(503);
      assertThat(withoutPostgres.headers().firstValue("Retry-After")).isPresent();
      assertThat(readiness).isEqualTo(200);
      await()
          .atMost(LONG_ENOUGH)
          .until(() -> post(gateway, "s-4", BODY).statusCode() == 202);
    }
  }

  @Test
  void gateway_submitsCancelsAndShowsATurn() {
    try (ConfigurableApplicationContext gateway = start()) {
      await().atMost(LONG_ENOUGH).until(() -> health(gateway, "readiness") == 200);

      var submitted = post(gateway, "s-5", BODY);
      var cancelled = post(gateway, "s-5/cancel", "");
      String streamUrl =
          JsonMapper.shared().readTree(submitted.body()).get("streamUrl").stringValue();
      var stream = get(port(gateway), streamUrl);
      var messages = get(port(gateway), "/api/chat/s-5/messages");

      assertThat(submitted.statusCode()).isEqualTo(202);
      assertThat(cancelled.body()).contains("\"cancelled\"");
      assertThat(stream.body()).contains("event: user").contains("event: cancel");
      assertThat(messages.body()).contains("\"Hello\"");
    }
  }

  private HttpResponse<String> timed(ConfigurableApplicationContext gateway, String session) {
    long began = System.nanoTime();
    HttpResponse<String> answer = post(gateway, session, BODY);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BOUND);
    return answer;
  }

  private static int port(ConfigurableApplicationContext gateway) {
    return Integer.parseInt(gateway.getEnvironment().getRequiredProperty("local.server.port"));
  }

  private int health(ConfigurableApplicationContext gateway, String group) {
    int port =
        Integer.parseInt(gateway.getEnvironment().getRequiredProperty("local.management.port"));
    return get(port, "/actuator/health/" + group).statusCode();
  }

  private HttpResponse<String> get(int port, String path) {
    return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)));
  }

  private HttpResponse<String> post(
      ConfigurableApplicationContext gateway, String path, String body) {
    URI uri = URI.create("http://127.0.0.1:" + port(gateway) + "/api/chat/" + path);
    return send(HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(
          request.timeout(Duration.ofSeconds(15)).build(), BodyHandlers.ofString());
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }
}
