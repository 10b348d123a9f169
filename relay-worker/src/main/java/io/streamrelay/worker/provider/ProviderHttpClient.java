package io.streamrelay.worker.provider;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.Method;

/**
 * The one HTTP client of a provider: HTTP/1.1, connections kept for reuse. No redirects, no
 * cookies, no compression, no retries but one: of a reused connection that dies before the first
 * byte of the answer.
 *
 * <p>Thread-safe.
 */
public final class ProviderHttpClient {
  private final Connections connections;
  private final Patience patience;
  private final long maxBodyBytes;
  private final Map<String, String> always;

  /**
   * @param server {@code http(s)://host[:port]}; what follows isn't looked at
   * @param reach where it may be
   * @param maxConnections open at the same time, at most; a request beyond waits as long as for a
   *     connection
   * @param maxBodyBytes of one answer; more is {@code output_limit}
   */
  public ProviderHttpClient(
      ProviderIo io,
      URI server,
      Reach reach,
      Patience patience,
      int maxConnections,
      long maxBodyBytes) {
    this(
        new Connections(io, HttpHost.create(server), reach, patience.connect(), maxConnections),
        patience,
        maxBodyBytes,
        Map.of());
  }

  private ProviderHttpClient(
      Connections connections, Patience patience, long maxBodyBytes, Map<String, String> always) {
    this.connections = connections;
    this.patience = patience;
    this.maxBodyBytes = maxBodyBytes;
    this.always = always;
  }

  /**
   * The same, with headers of every request. Those of a request win. Both share the connections.
   */
  public ProviderHttpClient withHeaders(Map<String, String> headers) {
    return new ProviderHttpClient(connections, patience, maxBodyBytes, Map.copyOf(headers));
  }

  /**
   * Posts {@code body} and waits while the answer is given to {@code answer}, on the selector's
   * thread. However it ends, the connection is closed or kept with nothing left to read, and
   * nothing more reaches {@code answer}. A {@link RuntimeException} of {@code answer} is thrown
   * here.
   *
   * @param uri on the server
   * @param headers besides content type and length; never logged by us
   * @param body empty: none
   * @param deadlineNanos of {@link System#nanoTime()}, for all of it
   * @throws InterruptedException when the thread was interrupted; the connection is closed then
   */
  public void post(
      URI uri, Map<String, String> headers, byte[] body, long deadlineNanos, HttpAnswer answer)
      throws ProviderException, InterruptedException {
    send(Method.POST, uri, headers, body, deadlineNanos, answer);
  }

  /** Asks for what is at {@code uri}; all else as {@link #post}. */
  public void get(URI uri, Map<String, String> headers, long deadlineNanos, HttpAnswer answer)
      throws ProviderException, InterruptedException {
    send(Method.GET, uri, headers, new byte[0], deadlineNanos, answer);
  }

  private void send(
      Method method,
      URI uri,
      Map<String, String> headers,
      byte[] body,
      long deadlineNanos,
      HttpAnswer answer)
      throws ProviderException, InterruptedException {
    Map<String, String> all = new LinkedHashMap<>(always);
    all.putAll(headers);
    HttpExchange exchange =
        new HttpExchange(
            connections, method, uri, all, body, answer, patience, maxBodyBytes, deadlineNanos);
    if (!exchange.run(false)) {
      exchange.run(true);
    }
  }
}
