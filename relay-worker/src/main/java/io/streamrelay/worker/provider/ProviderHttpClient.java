package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.FailureCode;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The one HTTP client of a provider: HTTP/1.1, blocking on the calling thread, connections kept for
 * reuse. No redirects, no cookies, no compression, no retries but one: of a reused connection that
 * dies before the first byte of the answer.
 *
 * <p>Thread-safe.
 */
public final class ProviderHttpClient implements AutoCloseable {
  private final CloseableHttpClient http;
  private final Patience patience;
  private final long maxBodyBytes;
  private final Watchdog watchdog;

  /**
   * @param maxConnections open at the same time, at most; a request beyond waits as long as for a
   *     connection
   * @param maxBodyBytes of one answer; more is {@code output_limit}
   */
  public ProviderHttpClient(
      Patience patience, int maxConnections, long maxBodyBytes, Watchdog watchdog) {
    this.patience = patience;
    this.maxBodyBytes = maxBodyBytes;
    this.watchdog = watchdog;
    this.http = client(Timeout.of(patience.connect()), maxConnections);
  }

  /**
   * Socket timeouts are off: the {@link Watchdog} bounds every wait, without a timer for each read.
   */
  private static CloseableHttpClient client(Timeout connect, int maxConnections) {
    var connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setConnectionFactory(new QuietConnection.Factory())
            .setMaxConnTotal(maxConnections)
            .setMaxConnPerRoute(maxConnections)
            .setDefaultSocketConfig(
                SocketConfig.custom()
                    .setSoTimeout(Timeout.DISABLED)
                    .setTcpNoDelay(true)
                    .setSoKeepAlive(true)
                    .build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(connect)
                    .setSocketTimeout(Timeout.DISABLED)
                    .setValidateAfterInactivity(TimeValue.ofSeconds(2))
                    .setTimeToLive(TimeValue.ofMinutes(10))
                    .build())
            .build();
    return HttpClientBuilder.create()
        .setConnectionManager(connections)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(connect)
                .setResponseTimeout(Timeout.DISABLED)
                .setProtocolUpgradeEnabled(false)
                .setAuthenticationEnabled(false)
                .setContentCompressionEnabled(false)
                .build())
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableContentCompression()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableConnectionState()
        .evictIdleConnections(TimeValue.ofSeconds(60))
        .setUserAgent("stream-relay")
        .build();
  }

  /**
   * Posts {@code body} and gives the answer to {@code answer}, on the calling thread. However it
   * ends, the connection is closed or back in the pool with nothing left to read.
   *
   * @param headers besides content type and length; never logged by us
   * @param deadlineNanos of {@link System#nanoTime()}, for all of it
   * @throws InterruptedException when the thread was interrupted; the connection is closed then
   */
  public void post(
      URI uri, Map<String, String> headers, byte[] body, long deadlineNanos, HttpAnswer answer)
      throws ProviderException, InterruptedException {
    if (exchange(uri, headers, body, deadlineNanos, answer).run(false)) {
      return;
    }
    exchange(uri, headers, body, deadlineNanos, answer).run(true);
  }

  private HttpExchange exchange(
      URI uri, Map<String, String> headers, byte[] body, long deadlineNanos, HttpAnswer answer)
      throws ProviderException {
    if (deadlineNanos - System.nanoTime() <= 0) {
      throw new ProviderException(
          FailureCode.DEADLINE_EXCEEDED, "the deadline passed before the provider was asked");
    }
    HttpPost request = new HttpPost(uri);
    headers.forEach(request::setHeader);
    request.setEntity(new ByteArrayEntity(body, HttpExchange.JSON));
    return new HttpExchange(http, request, answer, patience, maxBodyBytes, deadlineNanos, watchdog);
  }

  /** Closes all connections, also those in use. */
  @Override
  public void close() throws IOException {
    http.close(CloseMode.IMMEDIATE);
  }
}
