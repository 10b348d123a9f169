package io.streamrelay.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The worker as it ships: its management port, and stores that come late. */
class WorkerApplicationTest {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

  private static final EmbeddedRedis REDIS = EmbeddedRedis.builder().start();
  private static final EmbeddedPostgreSql POSTGRES =
      EmbeddedPostgreSql.builder().fsync(false).start();

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterAll
  static void stop() {
    POSTGRES.close();
    REDIS.close();
  }

  @Test
  void worker_startsWithoutItsStoresAndIsReadyOnceTheyCome() {
    REDIS.stop();
    POSTGRES.stop();
    try (ConfigurableApplicationContext worker = start()) {
      assertThat(get(worker, "/actuator/health/liveness").statusCode()).isEqualTo(200);
      assertThat(get(worker, "/actuator/health/readiness").statusCode()).isEqualTo(503);

      POSTGRES.restart();
      REDIS.restart();

      await()
          .atMost(LONG_ENOUGH)
          .until(() -> get(worker, "/actuator/health/readiness").statusCode() == 200);
      assertThat(get(worker, "/actuator/health/liveness").body()).isEqualTo("{\"status\":\"UP\"}");
    }
  }

  @Test
  void managementPort_hasThreeRoutesAndNothingElse() {
    try (ConfigurableApplicationContext worker = start()) {
      String meters = get(worker, "/actuator/prometheus").body();
      assertThat(meters)
          .contains("relay_queue_wait_seconds", "relay_slots", "relay_takeovers")
          .contains("relay_appends_total", "relay_append_duration_seconds");

      for (String path :
          List.of(
              "/",
              "/error",
              "/actuator",
              "/actuator/health",
              "/actuator/health/stores",
              "/actuator/health/liveness/progress",
              "/actuator/beans",
              "/actuator/conditions",
              "/actuator/configprops",
              "/actuator/env",
              "/actuator/flyway",
              "/actuator/heapdump",
              "/actuator/info",
              "/actuator/logfile",
              "/actuator/loggers",
              "/actuator/mappings",
              "/actuator/metrics",
              "/actuator/shutdown",
              "/actuator/threaddump",
              "/actuator/prometheus/x")) {
        HttpResponse<String> answer = get(worker, path);
        assertThat(answer.statusCode()).as(path).isEqualTo(404);
        assertThat(answer.body()).as(path).isEmpty();
      }
      var post = request(worker, "/actuator/health/liveness").POST(BodyPublishers.noBody());
      assertThat(send(post).statusCode()).isEqualTo(404);
    }
  }

  private static ConfigurableApplicationContext start() {
    return new SpringApplication(WorkerApplication.class)
        .run(
            "--management.server.port=0",
            "--relay.worker.grace=0s",
            "--spring.datasource.url=" + POSTGRES.jdbcUrl(),
            "--spring.datasource.username=" + POSTGRES.username(),
            "--spring.datasource.password=" + POSTGRES.password(),
            "--spring.data.redis.host=" + REDIS.host(),
            "--spring.data.redis.port=" + REDIS.port());
  }

  private static HttpRequest.Builder request(ConfigurableApplicationContext worker, String path) {
    String port = worker.getEnvironment().getRequiredProperty("local.management.port");
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(15));
  }

  private HttpResponse<String> get(ConfigurableApplicationContext worker, String path) {
    return send(request(worker, path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }
}
