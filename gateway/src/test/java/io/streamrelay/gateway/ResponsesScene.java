package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.turn.Utterance;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Asks for responses as OpenAI's clients do. */
abstract class ResponsesScene extends GatewayTest {
  static final String RESPONSES = "/v1/responses";
  static final String BACKGROUND = "{\"input\":\"Hello\",\"background\":true}";
  static final String STREAMED = "{\"input\":\"Hello\",\"stream\":true}";

  /**
   * A stream that begins.
   *
   * @param session and {@code turn} as its headers say
   */
  record Begun(String session, TurnId turn, InputStream body) {
    /** All that comes, and whether it broke off. */
    Told rest() {
      return Told.of(body);
    }
  }

  record Told(List<JsonNode> events, boolean broken) {
    static Told of(InputStream body) {
      var read = new java.io.ByteArrayOutputStream();
      boolean broken = false;
      try (body) {
        body.transferTo(read);
      } catch (IOException e) {
        broken = true;
      }
      List<JsonNode> events = new ArrayList<>();
      read.toString(StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("data: "))
          .forEach(line -> events.add(JSON.readTree(line.substring("data: ".length()))));
      return new Told(events, broken);
    }

    List<String> types() {
      return events.stream().map(event -> event.get("type").stringValue()).toList();
    }

    String content() {
      StringBuilder said = new StringBuilder();
      events.forEach(event -> {
        if (event.get("type").stringValue().equals("response.output_text.delta")) {
          said.append(event.get("delta").stringValue());
        }
      });
      return said.toString();
    }

    JsonNode response() {
      return events.getLast().get("response");
    }
  }

  HttpRequest.Builder response(String body, String... headers) {
    HttpRequest.Builder request =
        request(RESPONSES)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return headers.length == 0 ? request : request.headers(headers);
  }

  /** Reads as it comes: HttpClient forgets what it has when a connection breaks. */
  Begun begin(String body, String... headers) throws IOException {
    HttpURLConnection connection = connect(RESPONSES, headers);
    connection.setDoOutput(true);
    connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    return begun(connection);
  }

  /** The events of a response, from after that number on. */
  Begun follow(String id, long after, String... headers) throws IOException {
    String from = after < 0 ? "" : "&starting_after=" + after;
    return begun(connect(RESPONSES + "/" + id + "?stream=true" + from, headers));
  }

  private HttpURLConnection connect(String path, String... headers) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setReadTimeout(20_000);
    connection.setRequestProperty("Content-Type", "application/json");
    for (int i = 0; i < headers.length; i += 2) {
      connection.setRequestProperty(headers[i], headers[i + 1]);
    }
    return connection;
  }

  private static Begun begun(HttpURLConnection connection) throws IOException {
    assertThat(connection.getResponseCode()).isEqualTo(200);
    assertThat(connection.getContentType()).startsWith("text/event-stream");
    return new Begun(
        connection.getHeaderField("X-Relay-Session"),
        TurnId.parse(connection.getHeaderField("X-Relay-Turn")),
        connection.getInputStream());
  }

  /** In the background. */
  HttpResponse<String> create(String body, String... headers) {
    return send(response(body, headers));
  }

  /** Answered, too: its id. */
  String answered(String body, String answer, String... headers) {
    HttpResponse<String> created = create(body, headers);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    backstage.worker().answer(turn(created), answer);
    return id(created);
  }

  static String following(String id, String input) {
    return "{\"background\":true,\"previous_response_id\":\"%s\",\"input\":%s}"
        .formatted(id, input);
  }

  static String id(HttpResponse<String> answer) {
    return json(answer).get("id").stringValue();
  }

  static TurnId turn(HttpResponse<String> answer) {
    return TurnId.parse(id(answer).substring("resp_".length()));
  }

  static String session(HttpResponse<?> answer) {
    return answer.headers().firstValue("X-Relay-Session").orElseThrow();
  }

  JsonNode read(String id) {
    HttpResponse<String> answer = get(RESPONSES + "/" + id);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  void awaitActive(String session) {
    await()
        .until(() -> {
          var view = backstage.turns().session(key(session));
          return view != null && view.active() != null;
        });
  }

  static List<String> said(List<Utterance> conversation) {
    return conversation.stream()
        .map(said -> said.role().wire() + " " + text(said.parts()))
        .toList();
  }

  private static String text(List<Part> parts) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Text words -> text.append(words.text());
        case Part.ToolCall call -> text.append("calls ").append(call.name());
        case Part.ToolResult result -> text.append("result ").append(result.toolCallId());
        case Part other -> text.append(other.getClass().getSimpleName());
      }
    }
    return text.toString();
  }

  static void assertError(
      HttpResponse<String> answer, int status, String type, String code, String param) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode error = json(answer).get("error");
    assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
    assertThat(error.get("type").stringValue()).isEqualTo(type);
    assertThat(error.get("code").asString(null)).isEqualTo(code);
    assertThat(error.get("param").asString(null)).isEqualTo(param);
  }
}
