package io.streamrelay.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a gateway is reached. Not thread-safe. */
public final class RelayClientBuilder {
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9._~@+|=/-]{1,127}");
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LONGEST_TIME = Duration.ofDays(1);

  private final String base;
  private @Nullable Supplier<@Nullable String> key;
  private @Nullable String user;
  private @Nullable HttpClient http;
  private Duration silence = Duration.ofSeconds(25);
  private Duration timeout = Duration.ofSeconds(30);
  private Patience patience = Patience.DEFAULT;

  RelayClientBuilder(URI base) {
    boolean isHttp = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
    boolean isPlain =
        base.getRawUserInfo() == null
            && base.getRawQuery() == null
            && base.getRawFragment() == null;
    if (!isHttp || base.getHost() == null || !isPlain) {
      throw new IllegalArgumentException(
          "a gateway's URI is http or https with a host, and has no user, query or fragment");
    }
    this.base = base.toString().replaceAll("/+$", "");
  }

  /**
   * Shows an API key. Asked for each request, so that it may change.
   *
   * @param keys thread-safe; gives null: none is shown
   */
  public RelayClientBuilder apiKey(Supplier<@Nullable String> keys) {
    key = keys;
    return this;
  }

  /** Shows an API key that never changes. */
  public RelayClientBuilder apiKey(String always) {
    return apiKey(() -> always);
  }

  /**
   * For which of the caller's users is asked, with a key that is trusted.
   *
   * @param id 1 to 127 of {@code A-Z a-z 0-9 . _ ~ @ + | = / -}
   */
  public RelayClientBuilder user(String id) {
    user = checkedUser(id);
    return this;
  }

  static String checkedUser(String id) {
    if (!USER.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "a user's id is 1 to 127 of A-Z a-z 0-9 . _ ~ @ + | = / -");
    }
    return id;
  }

  /**
   * One that is there already, with its proxy and certificates. It isn't closed with the client,
   * and must not follow redirects: they would take the key along.
   */
  public RelayClientBuilder httpClient(HttpClient given) {
    if (given.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException("the HTTP client must not follow redirects");
    }
    http = given;
    return this;
  }

  /** So long without a byte an event stream is dead: 25 s. The gateway pings after 10 s. */
  public RelayClientBuilder silence(Duration longest) {
    silence = checked(longest);
    return this;
  }

  /** For the whole of an answer in JSON: 30 s. */
  public RelayClientBuilder timeout(Duration whole) {
    timeout = checked(whole);
    return this;
  }

  private static Duration checked(Duration time) {
    if (time.isZero() || time.isNegative() || time.compareTo(LONGEST_TIME) > 0) {
      throw new IllegalArgumentException("a time is positive and a day at most");
    }
    return time;
  }

  /**
   * @param most failures in a row, without a word from the gateway between them, that are borne: 10
   */
  public RelayClientBuilder retries(int most) {
    patience = new Patience(most, patience.retry(), patience.pause(), patience.jitter());
    return this;
  }

  /** The wait after the first failure, doubled with each, until the gateway tells another: 1 s. */
  public RelayClientBuilder retry(Duration first) {
    patience =
        new Patience(patience.retries(), checked(first), patience.pause(), patience.jitter());
    return this;
  }

  /** For tests. */
  RelayClientBuilder pause(Pause other) {
    patience = new Patience(patience.retries(), patience.retry(), other, () -> 0);
    return this;
  }

  public RelayClient build() {
    HttpClient given = http;
    if (given != null) {
      Gateway gateway = gateway(given);
      return new RelayClient(gateway, () -> end(gateway));
    }
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    HttpClient own =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(threads)
            .build();
    Gateway gateway = gateway(own);
    return new RelayClient(
        gateway,
        () -> {
          end(gateway);
          own.shutdownNow();
          threads.shutdown();
        });
  }

  private Gateway gateway(HttpClient over) {
    return new Gateway(base, over, key, user, silence, timeout, patience);
  }

  private static void end(Gateway gateway) {
    gateway.closed().set(true);
    Set<Life> lives = gateway.lives();
    List.copyOf(lives).forEach(Life::end);
  }

  /** Shows no key. */
  @Override
  public String toString() {
    return "RelayClientBuilder[" + base + "]";
  }
}
