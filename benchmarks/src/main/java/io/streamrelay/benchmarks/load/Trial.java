package io.streamrelay.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One short turn before the load, so that what can't work says so in a sentence instead of in ten
 * thousand failures.
 */
final class Trial {
  private static final int TOKENS = 2;
  private static final JsonMapper JSON = new JsonMapper();

  private final Plan plan;
  private final Duration patience;

  private Trial(Plan plan) {
    this.plan = plan;
    Duration answer = plan.firstToken().plus(plan.interval().multipliedBy(TOKENS));
    this.patience = answer.plusSeconds(20);
  }

  /** Asks each gateway, and the provider if it is to be asked. Throws {@link UnfitException}. */
  static void of(Plan plan) throws InterruptedException {
    Trial trial = new Trial(plan);
    for (URI gateway : plan.gateways()) {
      trial.askGateway(gateway);
    }
    if (plan.direct() != null) {
      trial.askProvider(plan.direct());
    }
  }

  private void askGateway(URI gateway) throws InterruptedException {
    String body =
        JSON.createObjectNode()
            .put("message", "Say 2 tokens.")
            .put("model", plan.model(TOKENS))
            .put("stream", true)
            .toString();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.resolve("/api/chat/bench-" + UUID.randomUUID()));
    if (plan.key() != null) {
      request.header("Authorization", "Bearer " + plan.key());
    }
    HttpResponse<String> answer = send(gateway, request, body, "./stream-relay up");
    if (answer.statusCode() == 401) {
      throw new UnfitException(
          plan.key() == null
              ? gateway + " wants an API key: put it into the environment as RELAY_API_KEY."
              : gateway + " doesn't know the API key in RELAY_API_KEY.");
    }
    requireEvents(gateway, answer);
    Heard heard = new Heard();
    new SseEvents(heard).take(ByteBuffer.wrap(answer.body().getBytes(StandardCharsets.UTF_8)));
    heard.check(gateway, plan.model(TOKENS));
  }

  private void askProvider(URI provider) throws InterruptedException {
    String body =
        "{\"model\":%s,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Say 2 tokens.\"}]}"
            .formatted(JSON.writeValueAsString(plan.model(TOKENS)));
    URI completions = URI.create(provider + "/chat/completions");
    HttpRequest.Builder request = HttpRequest.newBuilder(completions);
    requireEvents(provider, send(provider, request, body, "./stream-relay bench provider"));
  }

  private HttpResponse<String> send(
      URI where, HttpRequest.Builder request, String body, String starts)
      throws InterruptedException {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return http.send(
          request
              .header("Content-Type", "application/json")
              .timeout(patience)
              .POST(BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    } catch (HttpTimeoutException e) {
      throw new UnfitException(
          "%s took a trial turn and didn't end it within %d s: does a relay worker run?"
              .formatted(where, patience.toSeconds()));
    } catch (IOException e) {
      throw new UnfitException(
          "Nothing answers at %s (%s): start it (%s), or name another."
              .formatted(where, e.getClass().getSimpleName(), starts));
    }
  }

  private static void requireEvents(URI where, HttpResponse<String> answer) {
    String type = answer.headers().firstValue("content-type").orElse("nothing");
    if (answer.statusCode() != 200) {
      throw new UnfitException(
          "%s refused a trial turn with %d%s"
              .formatted(where, answer.statusCode(), detail(answer.body())));
    }
    if (!type.startsWith("text/event-stream")) {
      throw new UnfitException(
          "%s answered a trial turn with %s in place of events: it is something else."
              .formatted(where, type));
    }
  }

  private static String detail(String body) {
    try {
      JsonNode problem = JSON.readTree(body);
      String detail =
          problem.path("detail").asString(problem.path("error").path("message").asString(""));
      return detail.isEmpty() ? "." : ": " + detail;
    } catch (JacksonException e) {
      return ".";
    }
  }

  /** What a trial turn said. Not thread-safe. */
  private static final class Heard implements SseEvents.Listener, Stamp.Findings {
    private final Stamp stamp = new Stamp(this);
    private @Nullable String failure;

    @Override
    public void event(String name, String data, @Nullable String id) {
      switch (name) {
        case "text" -> stamp.text(JSON.readTree(data).path("text").asString(""), 0);
        case "start" -> stamp.reset();
        case "error" -> {
          JsonNode error = JSON.readTree(data);
          failure = error.path("code").asString("") + ": " + error.path("message").asString("");
        }
        default -> {}
      }
    }

    void check(URI gateway, String model) {
      if (failure != null) {
        throw new UnfitException(
            "A trial turn of %s at %s failed with %s".formatted(model, gateway, failure));
      }
      if (!stamp.isWhole(TOKENS)) {
        throw new UnfitException(
            "%s doesn't say stamped tokens, which is all that can be checked: take demo-stamp, or one that `./stream-relay bench provider` says."
                .formatted(model));
      }
    }

    @Override
    public void token(int index, long delayMicros) {}

    @Override
    public void lost(int tokens) {}

    @Override
    public void doubled() {}

    @Override
    public void foreign() {}
  }
}
