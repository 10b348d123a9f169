package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What holds for every request, said byte by byte where a client library would not. */
@ExtendWith(OutputCaptureExtension.class)
class RequestTest extends GatewayTest {
  private String raw(String request) {
    try (RawConnection connection = new RawConnection(port)) {
      return connection.send(request).readAll();
    }
  }

  private static String get(String path, String... headers) {
    return "GET "
        + path
        + " HTTP/1.1\r\nConnection: close\r\n"
        + String.join("", java.util.Arrays.stream(headers).map(h -> h + "\r\n").toList())
        + "\r\n";
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LocalHost:8080", "127.0.0.1:1", "[::1]", "[::1]:8080"})
  void host_ofThisMachineIsServed(String host) {
    assertThat(raw(get("/api/models", "Host: " + host))).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8080",
        "192.168.1.1",
        "0.0.0.0",
        "localhost@evil.example"
      })
  void host_ofElsewhereIsRefused(String host) {
    String answer = raw(get("/api/models", "Host: " + host));

    assertThat(answer).doesNotStartWith("HTTP/1.1 200").contains("application/problem+json");
    assertThat(raw(get("/", "Host: " + host))).doesNotStartWith("HTTP/1.1 200");
  }

  @Test
  void host_ofElsewhereInTheRequestLineIsRefused() {
    String answer = raw(get("http://evil.example/api/models", "Host: localhost"));

    assertThat(answer).startsWith("HTTP/1.1 4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:3000", "http://127.0.0.1:8080", "https://[::1]"})
  void origin_ofThisMachineIsServed(String origin) {
    assertThat(raw(get("/api/models", "Host: localhost", "Origin: " + origin)))
        .startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "http://evil.example", "http://localhost.evil.example", "x"})
  void origin_ofElsewhereIsRefused(String origin) {
    String answer = raw(get("/api/models", "Host: localhost", "Origin: " + origin));

    assertThat(answer).startsWith("HTTP/1.1 403").contains("\"code\":\"forbidden\"");
    assertThat(answer).doesNotContainIgnoringCase("Access-Control-Allow");
  }

  @Test
  void requestId_isTakenIfPlainElseMade() {
    var taken = send(request("/api/models").header("x-request-id", "abc-1.2_3"));
    var made = send(request("/api/models").header("x-request-id", "a b"));
    var tooLong = send(request("/api/nothing").header("x-request-id", "a".repeat(65)));

    assertThat(id(taken)).isEqualTo("abc-1.2_3");
    assertThat(id(made)).matches("[0-9a-f-]{36}");
    assertThat(id(tooLong)).matches("[0-9a-f-]{36}");
  }

  private static String id(HttpResponse<String> answer) {
    return answer.headers().firstValue("x-request-id").orElseThrow();
  }

  @Test
  void requestId_isOnTheLogLines(CapturedOutput output) {
    String session = newSession();
    submit(session);

    send(
        request("/api/chat/" + session + "/cancel")
            .header("x-request-id", "id-of-a-cancel")
            .POST(java.net.http.HttpRequest.BodyPublishers.noBody()));

    assertThat(output.toString().lines())
        .anyMatch(line -> line.contains("id-of-a-cancel") && line.contains("cancelled: session"));
  }

  @Test
  void answers_haveTheHeadersThatProtectAndNoneThatTells() {
    var headers = send(request("/api/models")).headers();

    assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'self'");
    assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(headers.firstValue("Referrer-Policy")).hasValue("no-referrer");
    assertThat(headers.firstValue("Cache-Control")).hasValue("no-store");
    assertThat(headers.firstValue("Server")).isEmpty();
    assertThat(headers.firstValue("X-Powered-By")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GARBAGE\r\n\r\n",
        "GET /api/models HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "GET /api/models HTTP/1.1\r\n\r\n",
        "GET /api/models HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "GET /api/chat/a%2Fb/stream HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /api/chat/a%00b/stream HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /api/chat/%zz/stream HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /api/chat/../../stream HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /api/chat/s HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        "POST /api/chat/s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
            + "Transfer-Encoding: chunked\r\n\r\nabc",
        "POST /api/chat/s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
      })
  void badRequest_isAProblem(String request) {
    String answer = raw(request);

    assertThat(answer).matches("(?s)HTTP/1.1 (400|404|505).*");
    assertThat(answer.toLowerCase()).contains("content-type: application/problem+json");
    assertThat(answer.toLowerCase()).contains("x-request-id: ");
    assertThat(answer).contains("\"code\":\"").doesNotContain("Jetty").doesNotContain("Exception");
  }

  @Test
  void tooLargeHeaders_areRefused() {
    String uri = raw(get("/api/" + "a".repeat(20_000), "Host: localhost"));
    String header = raw(get("/api/models", "Host: localhost", "x: " + "a".repeat(20_000)));

    assertThat(uri).startsWith("HTTP/1.1 414").contains("application/problem+json");
    assertThat(header).startsWith("HTTP/1.1 431").contains("application/problem+json");
  }

  @Test
  void slowHeaders_areCutOff() {
    String answer = raw("GET /api/models HTTP/1.1\r\nHost: local");

    assertThat(answer).doesNotStartWith("HTTP/1.1 200");
  }

  @Test
  void slowBody_isAnsweredWith408() {
    String answer =
        raw(
            "POST /api/chat/"
                + newSession()
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");

    assertThat(answer).startsWith("HTTP/1.1 408").contains("\"code\":\"invalid_request\"");
  }

  @Test
  void secrets_areNeitherLoggedNorMeasured(CapturedOutput output) {
    String canary = "canary-5f1d7c";
    String body = "{\"message\":\"" + canary + "\",\"system\":\"" + canary + "\"}";
    var accepted =
        send(
            request("/api/chat/" + newSession() + "?token=" + canary)
                .header("Authorization", "Bearer " + canary)
                .header("Cookie", "id=" + canary)
                .header("Idempotency-Key", canary)
                .header("Last-Event-ID", canary)
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body)));
    post("/api/chat/" + newSession(), "{\"message\":\"a\",\"" + canary + "\":1}");
    post("/api/chat/" + newSession(), "{\"message\":\"" + canary + "\", oops");
    post("/api/chat/" + newSession(), "{\"message\":\"a\",\"model\":\"" + canary + "\"}");
    super.get("/api/" + canary);
    super.get("/api/chat/" + canary + "/messages");
    backstage.postgres().setAway(true);
    post("/api/chat/" + newSession(), body);

    assertThat(accepted.statusCode()).isEqualTo(202);
    assertThat(output.toString()).doesNotContain(canary);
    assertThat(management("/actuator/prometheus").body())
        .contains("http_server_requests_seconds_count")
        .doesNotContain(canary);
  }
}
