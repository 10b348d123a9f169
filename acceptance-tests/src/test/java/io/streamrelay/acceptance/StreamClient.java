package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An application developer's client of the native API: JSON calls, and streams read line by line as
 * docs/protocol.md says. Thread-safe.
 */
final class StreamClient {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String[] always;

  /**
   * @param always headers of all its requests: a name, its value, and so on
   */
  StreamClient(String... always) {
    this.always = always;
  }

  private HttpRequest.Builder request(String url, Duration timeout) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(timeout);
    return always.length > 0 ? request.headers(always) : request;
  }

  /** An answer of the JSON API. */
  record Answer(int status, JsonNode body) {
    String text(String field) {
      return body.path(field).asString();
    }
  }

  Answer post(String url, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        request(url, Duration.ofSeconds(20))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return answer(http.send(request.build(), HttpResponse.BodyHandlers.ofString()));
  }

  /**
   * Hands in a turn, which must be accepted.
   *
   * @param session its URL
   * @return the turn's URL
   */
  String submit(String session, String body) throws Exception {
    Answer answer = post(session, body);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return session + "/turns/" + answer.text("turnId");
  }

  Answer get(String url) throws Exception {
    HttpRequest request = request(url, Duration.ofSeconds(70)).build();
    return answer(http.send(request, HttpResponse.BodyHandlers.ofString()));
  }

  Answer delete(String url) throws Exception {
    HttpRequest request = request(url, Duration.ofSeconds(20)).DELETE().build();
    return answer(http.send(request, HttpResponse.BodyHandlers.ofString()));
  }

  private static Answer answer(HttpResponse<String> response) {
    String body = response.body();
    return new Answer(
        response.statusCode(), body.isEmpty() ? JSON.nullNode() : JSON.readTree(body));
  }

  /**
   * Reads a stream into {@code reading} until it ends, breaks, or {@code enough} says so of the
   * event read last.
   *
   * @return the status; 0 if the connection could not be made
   */
  int read(String url, Reading reading, Predicate<Reading.Event> enough)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url)).header("accept", "application/json");
    if (always.length > 0) {
      request.headers(always);
    }
    String cursor = reading.cursor();
    if (cursor != null) {
      request.header("last-event-id", cursor);
    }
    HttpResponse<InputStream> response;
    try {
      response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      return 0;
    }
    try (InputStream body = response.body()) {
      if (response.statusCode() == 200) {
        readBlocks(body, reading, enough);
      }
    } catch (IOException e) {
      // cut: the reader resumes by its cursor
    }
    return response.statusCode();
  }

  private static void readBlocks(InputStream body, Reading reading, Predicate<Reading.Event> enough)
      throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    String type = null;
    String data = null;
    String id = null;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("event: ")) {
        type = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      } else if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.isEmpty()) {
        if (type != null && data != null) {
          Reading.Event event = new Reading.Event(id, type, data);
          reading.add(event);
          if (enough.test(event)) {
            return;
          }
        }
        type = null;
        data = null;
        id = null;
      }
    }
  }

  /**
   * Reads on to a turn's terminal.
   *
   * @param turn its URL
   */
  Reading readToEnd(String turn, Reading reading) throws InterruptedException {
    return readToEnd(new String[] {turn + "/stream"}, reading, event -> false);
  }

  /**
   * Reads a turn to its terminal, however often the connection breaks, each time from the next of
   * {@code urls}.
   */
  Reading readToEnd(String[] urls, Reading reading, Predicate<Reading.Event> drop)
      throws InterruptedException {
    for (int i = 0; !reading.ended(); i++) {
      if (i > 500) {
        throw new IllegalStateException("no terminal after 500 connections: " + reading.events());
      }
      int status = read(urls[i % urls.length], reading, drop);
      if (status != 200) {
        Thread.sleep(50); // as a client backs off; not a condition of the test
      }
    }
    return reading;
  }
}
