package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

/** Pages of other origins; {@link Nested} ones with a list, those here by default. */
class CorsTest extends GatewayTest {
  private static final String ALLOWED = "https://app.example";

  private static Map<String, String> cors(HttpResponse<?> answer) {
    Map<String, String> headers = new TreeMap<>();
    answer
        .headers()
        .map()
        .forEach((name, values) -> {
          if (name.toLowerCase().startsWith("access-control-")) {
            headers.put(name.toLowerCase(), String.join(", ", values));
          }
        });
    return headers;
  }

  private HttpRequest.Builder preflight(String origin, String path, String method) {
    return request(path)
        .method("OPTIONS", BodyPublishers.noBody())
        .header("Origin", origin)
        .header("Access-Control-Request-Method", method);
  }

  private static void assertVaries(HttpResponse<?> answer) {
    assertThat(String.join(", ", answer.headers().allValues("Vary"))).contains("Origin");
  }

  @Test
  void byDefault_noOriginIsToldAnything() {
    var local = send(request("/api/models").header("Origin", "http://localhost:5173"));
    var preflight = send(preflight("http://localhost:5173", "/api/chat/start", "POST"));

    assertThat(local.statusCode()).isEqualTo(200);
    assertThat(cors(local)).isEmpty();
    assertVaries(local);
    assertThat(cors(preflight)).isEmpty();
    assertVaries(preflight);
    assertProblem(send(request("/api/models").header("Origin", ALLOWED)), 403, "forbidden");
  }

  @Nested
  @TestPropertySource(
      properties = "relay.gateway.cors.allowed-origins=https://app.example,http://localhost:5173")
  class WithAList {
    @Test
    void allowed_isToldWhatItMayAndSee() {
      var asked = send(request("/api/models").header("Origin", ALLOWED));

      assertThat(asked.statusCode()).isEqualTo(200);
      assertThat(cors(asked))
          .containsEntry("access-control-allow-origin", ALLOWED)
          .containsEntry(
              "access-control-expose-headers",
              "Location, Retry-After, X-Relay-Session, x-request-id")
          .doesNotContainKey("access-control-allow-credentials");
      assertVaries(asked);
    }

    @Test
    void allowed_mayUseOpenAisRoutesToo() {
      var models = send(request("/v1/models").header("Origin", ALLOWED));
      var preflight = send(preflight(ALLOWED, "/v1/chat/completions", "POST"));

      for (var answer : List.of(models, preflight)) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(cors(answer)).containsEntry("access-control-allow-origin", ALLOWED);
      }
    }

    @Test
    void allowed_seesProblemsAndStreamsToo() throws IOException {
      String session = newSession();
      var missing = send(request("/api/chat/" + session + "/messages").header("Origin", ALLOWED));
      var turn = submit(session);
      backstage.worker().answer(turn, "Once");
      var stream =
          send(
              request("/api/chat/" + session + "/turns/" + turn + "/stream")
                  .header("Origin", ALLOWED));

      assertProblem(missing, 404, "not_found");
      assertThat(types(stream)).contains("end");
      for (var answer : List.of(missing, stream)) {
        assertThat(cors(answer)).containsEntry("access-control-allow-origin", ALLOWED);
        assertVaries(answer);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PATCH", "DELETE"})
    void preflight_ofAllowedIsAnsweredWithoutAKey(String method) {
      String asks =
          "authorization,content-type,idempotency-key,last-event-id,x-relay-on-takeover,"
              + "x-relay-session,x-relay-user,x-request-id,traceparent";
      var answer =
          send(
              preflight(ALLOWED, "/api/chat/s-1", method)
                  .header("Access-Control-Request-Headers", asks));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(cors(answer))
          .containsEntry("access-control-allow-origin", ALLOWED)
          .containsEntry("access-control-max-age", "7200")
          .doesNotContainKey("access-control-allow-credentials");
      assertThat(cors(answer).get("access-control-allow-methods")).contains(method);
      assertThat(List.of(cors(answer).get("access-control-allow-headers").split(", *")))
          .containsExactlyInAnyOrder(asks.split(","));
      assertVaries(answer);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "https://other.example",
          "https://app.example:8443",
          "http://app.example",
          "https://app.example.evil.example",
          "https://sub.app.example",
          "null",
          "https://APP.example"
        })
    void another_isToldNothing(String origin) {
      var asked = send(request("/api/models").header("Origin", origin));
      var preflight = send(preflight(origin, "/api/chat/start", "POST"));

      assertProblem(asked, 403, "forbidden"); // dev mode
      for (var answer : List.of(asked, preflight)) {
        assertThat(cors(answer)).isEmpty();
        assertVaries(answer);
      }
    }

    @Test
    void allowed_mayNotUseWhatIsNotTheApi() {
      assertThat(cors(send(request("/admin/workers").header("Origin", ALLOWED)))).isEmpty();
      assertThat(cors(send(preflight(ALLOWED, "/admin/workers", "GET")))).isEmpty();
      assertThat(cors(send(preflight(ALLOWED, "/api/models", "PUT"))))
          .doesNotContainKey("access-control-allow-origin");
    }
  }
}
