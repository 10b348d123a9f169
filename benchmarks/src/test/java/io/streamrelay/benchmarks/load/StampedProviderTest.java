package io.streamrelay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StampedProviderTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private StampedProvider provider;

  @BeforeEach
  void start() throws Exception {
    provider = new StampedProvider(0);
  }

  @AfterEach
  void stop() {
    provider.close();
    http.shutdownNow();
  }

  @Test
  void answer_endsWithFinishReasonUsageAndDone() throws Exception {
    String body = ask("any-t3-i0-f0").body();

    assertThat(List.of(body.split("\n\n")))
        .hasSize(6)
        .allMatch(frame -> frame.startsWith("data: "))
        .last()
        .isEqualTo("data: [DONE]");
    assertThat(body)
        .containsSubsequence(
            "\"content\":\"0:",
            "\"content\":\"1:",
            "\"content\":\"2:",
            "\"finish_reason\":\"stop\"")
        .contains("\"completion_tokens\":3");
  }

  @Test
  void answer_refusesAModelWithoutPace() throws Exception {
    HttpResponse<String> answer = ask("gpt-4");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("must end in -t<n>-i<ms>-f<ms>");
  }

  @Test
  void closed_saysWhenAConnectionTurnedOutToBeClosed() throws Exception {
    String model = "gone-t100000-i1-f0";
    String body = "{\"model\":\"" + model + "\"}";
    URI url = URI.create(provider.url());
    assertThat(get("/closed/" + model).statusCode()).isEqualTo(404);
    try (Socket socket = new Socket("127.0.0.1", url.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readNBytes(300)).hasSize(300);
    }
    long hungUp = Stamp.nowMicros();

    await().until(() -> get("/closed/" + model).statusCode() == 200);

    assertThat(Long.parseLong(get("/closed/" + model).body()))
        .isBetween(hungUp - 1_000_000, Stamp.nowMicros());
  }

  @Test
  void serve_refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> StampedProvider.serve(new String[] {"--port", "99999"}))
        .hasMessageContaining("--port");
    assertThatThrownBy(() -> StampedProvider.serve(new String[] {"fast"}))
        .hasMessageContaining("--port");
  }

  private HttpResponse<String> ask(String model) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(provider.url() + "/chat/completions"))
            .POST(BodyPublishers.ofString("{\"model\":\"" + model + "\"}"))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(provider.url()).resolve(path)).build(),
        BodyHandlers.ofString());
  }
}
