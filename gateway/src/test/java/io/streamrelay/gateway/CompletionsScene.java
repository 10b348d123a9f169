package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.SessionView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Asks for chat completions as OpenAI's clients do. */
abstract class CompletionsScene extends GatewayTest {
  static final String COMPLETIONS = "/v1/chat/completions";
  static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";
  static final String STREAMED =
      "{" + HELLO + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";

  private final HttpClient client = HttpClient.newHttpClient();

  /**
   * A stream that begins.
   *
   * @param session and {@code turn} as its headers say
   */
  record Begun(String session, TurnId turn, InputStream body) {
    /** All that comes, and whether it broke off. */
    Told rest() {
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      boolean broken = false;
      try (body) {
        body.transferTo(read);
      } catch (IOException e) {
        broken = true;
      }
      return new Told(read.toString(StandardCharsets.UTF_8), broken);
    }
  }

  record Told(String text, boolean broken) {
    List<JsonNode> chunks() {
      List<JsonNode> chunks = new ArrayList<>();
      text.lines()
          .filter(line -> line.startsWith("data: {"))
          .forEach(line -> chunks.add(JSON.readTree(line.substring("data: ".length()))));
      return chunks;
    }

    String content() {
      StringBuilder said = new StringBuilder();
      chunks().forEach(it -> said.append(it.at("/choices/0/delta/content").asString("")));
      return said.toString();
    }
  }

  HttpRequest.Builder completion(String body, String... headers) {
    HttpRequest.Builder request =
        request(COMPLETIONS)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return headers.length == 0 ? request : request.headers(headers);
  }

  /** Reads as it comes: HttpClient forgets what it has when a connection breaks. */
  Begun begin(String... headers) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + port + COMPLETIONS);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setReadTimeout(20_000);
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    for (int i = 0; i < headers.length; i += 2) {
      connection.setRequestProperty(headers[i], headers[i + 1]);
    }
    connection.getOutputStream().write(STREAMED.getBytes(StandardCharsets.UTF_8));
    assertThat(connection.getResponseCode()).isEqualTo(200);
    assertThat(connection.getContentType()).startsWith("text/event-stream");
    return new Begun(
        connection.getHeaderField("X-Relay-Session"),
        TurnId.parse(connection.getHeaderField("X-Relay-Turn")),
        connection.getInputStream());
  }

  TurnId running(String session) {
    return await()
        .until(
            () -> {
              SessionView view =
                  backstage.turns().session(new SessionKey(Owner.DEV, new SessionId(session)));
              return view == null || view.active() == null ? null : view.active().turn();
            },
            turn -> turn != null);
  }

  static void assertError(
      HttpResponse<String> answer, int status, String type, String code, String param) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    JsonNode error = json(answer).get("error");
    assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
    assertThat(error.get("message").stringValue()).isNotBlank();
    assertThat(error.get("type").stringValue()).isEqualTo(type);
    assertThat(error.get("code").asString(null)).isEqualTo(code);
    assertThat(error.get("param").asString(null)).isEqualTo(param);
  }

  HttpResponse<InputStream> open(String body, String... headers) throws Exception {
    return client.send(completion(body, headers).build(), BodyHandlers.ofInputStream());
  }

  static String turn(HttpResponse<?> answer) {
    return answer.headers().firstValue("X-Relay-Turn").orElseThrow();
  }

  static String session(HttpResponse<?> answer) {
    return answer.headers().firstValue("X-Relay-Session").orElseThrow();
  }
}
