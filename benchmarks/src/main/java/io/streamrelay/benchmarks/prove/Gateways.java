package io.streamrelay.benchmarks.prove;

import io.streamrelay.benchmarks.load.SseEvents;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** The deployment, as its clients see it: any of its gateways answers. Thread-safe. */
final class Gateways implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final Duration ALIVE = Duration.ofSeconds(5);
  private static final Duration MOST_WAIT = Duration.ofSeconds(5);
  private static final long WATCH_MILLIS = 250;

  private final ProofPlan plan;
  private final JsonMapper json = new JsonMapper();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();
  private final Set<EventConnection> open = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService watchdog =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("watchdog").factory());

  Gateways(ProofPlan plan) {
    this.plan = plan;
    watchdog.scheduleAtFixedRate(
        () -> open.forEach(connection -> connection.lookAt(System.nanoTime())),
        WATCH_MILLIS,
        WATCH_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /**
   * An answer that isn't an event stream.
   *
   * @param status 0: there was none
   * @param body missing if it wasn't JSON
   */
  record Answer(int status, JsonNode body) {
    boolean isGood() {
      return status / 100 == 2;
    }

    /** For people. */
    String reason() {
      String code = body.path("code").asString("");
      return status == 0 ? "no answer" : (status + " " + code).strip();
    }
  }

  /**
   * A request to any of them, to be finished.
   *
   * @param path with query
   */
  HttpRequest.Builder request(String path, RandomGenerator random) {
    URI gateway = plan.gateways().get(random.nextInt(plan.gateways().size()));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(gateway + path)).timeout(ANSWER);
    if (plan.key() != null) {
      request.header("Authorization", "Bearer " + plan.key());
    }
    return request;
  }

  /**
   * Asks until there is an answer that isn't to be repeated, as docs/protocol.md has it.
   *
   * @param request makes the next one, to any gateway
   * @param untilNanos of {@link System#nanoTime}; then the last answer is returned, whatever it is
   */
  Answer ask(Supplier<HttpRequest> request, long untilNanos) throws InterruptedException {
    for (int failures = 0; ; failures++) {
      Answer answer;
      Duration wait = pause(failures);
      try {
        HttpResponse<String> got = http.send(request.get(), BodyHandlers.ofString());
        answer = new Answer(got.statusCode(), tree(got.body()));
        wait = retryAfter(got, wait);
      } catch (IOException e) {
        answer = new Answer(0, MissingNode.getInstance());
      }
      if (!isRepeatable(answer.status()) || System.nanoTime() + wait.toNanos() > untilNanos) {
        return answer;
      }
      Thread.sleep(wait);
    }
  }

  /** Whether the same request may be answered otherwise next time; 0 is no answer. */
  static boolean isRepeatable(int status) {
    return status == 0 || status == 408 || status == 429 || status >= 500;
  }

  /** How long to wait after so many failures in a row: 100 ms, doubled up to 1.6 s. */
  static Duration pause(int failures) {
    return Duration.ofMillis(100L << Math.min(failures, 4));
  }

  /** What the answer asks for, up to 5 s; else {@code standard}. */
  static Duration retryAfter(HttpResponse<?> answer, Duration standard) {
    String seconds = answer.headers().firstValue("retry-after").orElse("");
    if (!seconds.matches("\\d{1,6}")) {
      return standard;
    }
    Duration asked = Duration.ofSeconds(Long.parseLong(seconds));
    return asked.compareTo(MOST_WAIT) < 0 ? asked : MOST_WAIT;
  }

  /** Sends a request and closes its connection {@code after} that, without reading an answer. */
  void lose(HttpRequest request, Duration after) throws InterruptedException {
    CompletableFuture<HttpResponse<InputStream>> answer =
        http.sendAsync(request, BodyHandlers.ofInputStream());
    Thread.sleep(after);
    if (!answer.cancel(true) && !answer.isCompletedExceptionally()) {
      close(answer.join());
    }
  }

  /** Whether each of them serves. Blocks for some seconds each if not. */
  boolean allServe() {
    return plan.gateways().stream().allMatch(url -> serves(URI.create(url + "/api/version")));
  }

  /** Whether somebody answers there with less than 500. Blocks for some seconds at most. */
  boolean serves(URI url) {
    try {
      HttpRequest request = HttpRequest.newBuilder(url).timeout(ALIVE).build();
      return http.send(request, BodyHandlers.discarding()).statusCode() < 500;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Asks for an event stream. The caller reads the answer or {@linkplain #text takes} it. */
  HttpResponse<InputStream> open(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofInputStream());
  }

  /** Whether it has events, with a body that is read by {@link #read}. */
  static boolean hasEvents(HttpResponse<InputStream> answer) {
    return answer.statusCode() == 200
        && answer.headers().firstValue("content-type").orElse("").startsWith("text/event-stream");
  }

  /**
   * Reads an event stream to its end.
   *
   * @param dropAfter see {@link EventConnection#read}
   */
  EventConnection.End read(
      HttpResponse<InputStream> answer,
      long dropAfter,
      SseEvents events,
      LongSupplier patienceOverNanos) {
    EventConnection connection = new EventConnection(answer.body(), patienceOverNanos);
    open.add(connection);
    try {
      return connection.read(dropAfter, events);
    } finally {
      open.remove(connection);
    }
  }

  /** An answer that isn't an event stream. */
  Answer text(HttpResponse<InputStream> answer) {
    try (InputStream body = answer.body()) {
      return new Answer(
          answer.statusCode(), tree(new String(body.readNBytes(65_536), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      return new Answer(answer.statusCode(), MissingNode.getInstance());
    }
  }

  private static void close(HttpResponse<InputStream> answer) {
    try {
      answer.body().close();
    } catch (IOException e) {
      // It is closed.
    }
  }

  private JsonNode tree(@Nullable String body) {
    try {
      return body == null || body.isEmpty() ? MissingNode.getInstance() : json.readTree(body);
    } catch (JacksonException e) {
      return MissingNode.getInstance();
    }
  }

  @Override
  public void close() {
    watchdog.shutdownNow();
    http.shutdownNow();
  }
}
