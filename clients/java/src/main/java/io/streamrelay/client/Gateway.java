package io.streamrelay.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway is reached. Thread-safe.
 *
 * @param base without a slash at its end
 * @param key asked for each request; null, or giving null: none is shown
 * @param user for whom is asked; null: for the caller itself
 * @param silence so long without a byte an event stream is dead
 * @param timeout for the whole of an answer in JSON
 * @param lives of all that is under way
 */
record Gateway(
    String base,
    HttpClient http,
    @Nullable Supplier<@Nullable String> key,
    @Nullable String user,
    Duration silence,
    Duration timeout,
    Patience patience,
    Set<Life> lives,
    AtomicBoolean closed) {
  Gateway(
      String base,
      HttpClient http,
      @Nullable Supplier<@Nullable String> key,
      @Nullable String user,
      Duration silence,
      Duration timeout,
      Patience patience) {
    this(
        base,
        http,
        key,
        user,
        silence,
        timeout,
        patience,
        ConcurrentHashMap.newKeySet(),
        new AtomicBoolean());
  }

  Gateway asUser(String other) {
    return new Gateway(base, http, key, other, silence, timeout, patience, lives, closed);
  }

  /** To be ended by whoever begins it. */
  Life begin() {
    Life life = Life.begin(lives);
    if (closed.get()) {
      life.end();
      throw closedException();
    }
    return life;
  }

  static IllegalStateException closedException() {
    return new IllegalStateException("the client is closed");
  }

  /**
   * @throws IllegalStateException of a key that no header can carry
   */
  HttpRequest.Builder request(String path, String accept) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .version(HttpClient.Version.HTTP_1_1) // one connection each: a close is felt at once
            .header("Accept", accept);
    String shown = key == null ? null : key.get();
    if (shown != null) {
      request.header("Authorization", "Bearer " + checked(shown));
    }
    if (user != null) {
      request.header("X-Relay-User", user);
    }
    return request;
  }

  /** The HTTP client would put a key that it refuses into its message. */
  private static String checked(String key) {
    if (key.isEmpty() || !key.chars().allMatch(sign -> sign > ' ' && sign < 127)) {
      throw new IllegalStateException(
          "the API key is empty or has signs that no header can carry: is there a line end in its"
              + " file?");
    }
    return key;
  }

  /**
   * Blocks until the answer's head is there. A request's own time isn't used for that: newer JDKs
   * count the body into it, which has no end here.
   *
   * @param life closes the connection when it ends
   */
  HttpResponse<Body> send(HttpRequest request, Duration atMost, Life life)
      throws IOException, InterruptedException {
    Body body = new Body();
    CompletableFuture<HttpResponse<Body>> answer = http.sendAsync(request, head -> body);
    life.holds(() -> {
      answer.cancel(true);
      body.close();
    });
    try {
      return answer.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("it took more than " + atMost.toMillis() + " ms");
    } catch (CancellationException e) {
      throw new IOException("the request was closed here", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof Error error) {
        throw error;
      }
      String why = cause.getMessage() == null ? "" : ": " + cause.getMessage();
      throw new IOException(cause.getClass().getSimpleName() + why, cause);
    }
  }

  RelayException noAnswer(IOException cause) {
    return RelayException.noAnswer("no answer from " + base + ": " + cause.getMessage(), cause);
  }

  @Override
  public String toString() {
    return user == null ? base : base + " for " + user;
  }
}
