package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.InMemoryStores.Backstage;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.key.ApiKey;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway in dev mode on random ports, over stores in memory; one context for all subclasses. */
@SpringBootTest(
    classes = {GatewayApplication.class, InMemoryStores.class},
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "relay.dev=true",
      "spring.autoconfigure.exclude="
          + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
      "management.server.port=0",
      "relay.gateway.sse.ping=500ms",
      "server.jetty.connection-idle-timeout=3s",
      "relay.gateway.header-timeout=1500ms",
      "relay.gateway.body-timeout=1500ms"
    })
abstract class GatewayTest {
  private static final Duration AT_MOST = Duration.ofSeconds(20);

  static final JsonMapper JSON = JsonMapper.builder().build();

  @LocalServerPort int port;
  @LocalManagementPort int managementPort;
  @Autowired Backstage backstage;
  @Autowired Hub hub;

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void bringStoresBack() {
    backstage.postgres().setAway(false);
    backstage.redis().setAway(false);
  }

  static String newSession() {
    return "s-" + UUID.randomUUID();
  }

  static SessionKey key(String session) {
    return new SessionKey(Owner.DEV, new SessionId(session));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(AT_MOST);
  }

  HttpRequest.Builder as(ApiKey key, String path) {
    return request(path).header("Authorization", "Bearer " + key.reveal());
  }

  /** The whole answer, which has to end within the time of a request. */
  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return later(request).orTimeout(AT_MOST.toSeconds(), TimeUnit.SECONDS).get();
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }

  HttpResponse<String> get(String path) {
    return send(request(path));
  }

  HttpResponse<String> management(String path) {
    return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path)));
  }

  CompletableFuture<HttpResponse<String>> later(String path) {
    return later(request(path));
  }

  CompletableFuture<HttpResponse<String>> later(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  static JsonNode json(HttpResponse<String> answer) {
    return JSON.readTree(answer.body());
  }

  static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    JsonNode problem = json(answer);
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(problem.get("code").stringValue()).isEqualTo(code);
    assertThat(problem.get("title").stringValue()).isNotBlank();
    assertThat(problem.get("detail").stringValue()).isNotBlank().hasSizeLessThan(500);
    assertThat(problem.get("requestId").stringValue())
        .isEqualTo(answer.headers().firstValue("x-request-id").orElseThrow());
  }

  /** The events of a stream that ended, without its pings. */
  static List<String> types(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    return answer
        .body()
        .lines()
        .filter(line -> line.startsWith("event: "))
        .map(line -> line.substring(7))
        .filter(type -> !type.equals("ping"))
        .toList();
  }

  TurnId submit(String session) {
    HttpResponse<String> answer = post("/api/chat/" + session, "{\"message\":\"Hello\"}");
    return TurnId.parse(json(answer).get("turnId").stringValue());
  }
}
