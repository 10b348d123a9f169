package io.streamrelay.worker.provider;

import io.streamrelay.protocol.property.PropertyException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.DefaultConnectingIOReactor;
import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.IOReactorStatus;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that reads from and writes to all providers; webhooks have another. HttpCore
 * itself has no logger: headers with keys, and prompts, can't get into a log, whatever its level.
 *
 * <p>Thread-safe.
 */
public final class ProviderIo implements AutoCloseable {
  /** A connection that no call uses is closed after it. */
  static final Timeout IDLE = Timeout.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(ProviderIo.class);
  private static final TimeValue LAST_WORDS = TimeValue.ofSeconds(1);

  private final SSLContext tls;
  private final Resolver resolver;
  private final DefaultConnectingIOReactor reactor;

  /** Tells all addresses of a host, at least one. Thread-safe. */
  public interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  /**
   * @param tls whose trust store says which servers are believed
   */
  public ProviderIo(SSLContext tls) {
    this(tls, InetAddress::getAllByName);
  }

  /**
   * @param resolver asked once for each connection
   */
  public ProviderIo(SSLContext tls, Resolver resolver) {
    this("provider-io", tls, resolver);
  }

  /**
   * @param name of its thread, a number behind it
   */
  public ProviderIo(String name, SSLContext tls, Resolver resolver) {
    this.tls = tls;
    this.resolver = resolver;
    this.reactor =
        new DefaultConnectingIOReactor(
            this::handler,
            IOReactorConfig.custom()
                .setIoThreadCount(1)
                .setSoTimeout(IDLE)
                .setTcpNoDelay(true)
                .setSoKeepAlive(true)
                .build(),
            Thread.ofPlatform().daemon().name(name + "-", 1).factory(),
            null,
            failure -> LOG.error("{} failed", name, failure),
            null,
            session -> session.close(CloseMode.IMMEDIATE));
    reactor.start();
  }

  /**
   * Whether it reads, as far as is known: a thread that died is noticed by the next call that wants
   * a connection. From then on every call fails at once.
   */
  public boolean isAlive() {
    return reactor.getStatus() == IOReactorStatus.ACTIVE;
  }

  private IOEventHandler handler(ProtocolIOSession session, Object host) {
    if (isHttps((HttpHost) host)) {
      session.startTls(
          tls,
          (HttpHost) host,
          SSLBufferMode.STATIC,
          (endpoint, engine) -> verifyHostName(engine),
          null,
          IDLE);
    }
    return new ProviderConnection(session);
  }

  private static boolean isHttps(HttpHost host) {
    return URIScheme.HTTPS.same(host.getSchemeName());
  }

  private static void verifyHostName(SSLEngine engine) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
  }

  /**
   * Connects on the calling thread, to each of the host's addresses in turn, which are those that
   * were checked: the name isn't resolved again. TLS begins with it; the first request waits for
   * that.
   *
   * @param reach where the host may be: one address that isn't allowed condemns them all
   * @param each how long each is waited for
   * @param untilNanos of {@link System#nanoTime()}, for all
   * @throws SocketTimeoutException when it took longer
   * @throws RefusedAddressException if the host is elsewhere
   * @throws IllegalStateException if it is closed
   */
  IOSession connect(HttpHost host, Reach reach, Duration each, long untilNanos)
      throws IOException, InterruptedException {
    InetAddress[] addresses = resolver.resolve(host.getHostName());
    for (InetAddress address : addresses) {
      PropertyException refusal = reach.refusal(address);
      if (refusal != null) {
        throw new RefusedAddressException(refusal);
      }
    }
    IOException failure = null;
    for (InetAddress address : addresses) {
      try {
        return connect(host, address, Math.min(each.toNanos(), untilNanos - System.nanoTime()));
      } catch (IOException e) {
        failure = e;
      }
    }
    throw failure == null ? new IOException("the host has no address") : failure;
  }

  private IOSession connect(HttpHost host, InetAddress address, long nanos)
      throws IOException, InterruptedException {
    int port = host.getPort() >= 0 ? host.getPort() : isHttps(host) ? 443 : 80;
    Future<IOSession> connecting =
        reactor.connect(
            host, new InetSocketAddress(address, port), null, Timeout.DISABLED, host, null);
    try {
      return connecting.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    } catch (CancellationException e) {
      throw new IOException(e);
    } catch (TimeoutException e) {
      abandon(connecting);
      throw new SocketTimeoutException("no connection in time");
    } catch (InterruptedException e) {
      abandon(connecting);
      throw e;
    }
  }

  private static void abandon(Future<IOSession> connecting) {
    if (!connecting.cancel(true) && connecting.state() == Future.State.SUCCESS) {
      connecting.resultNow().close(CloseMode.IMMEDIATE);
    }
  }

  /** Closes all connections, also those in use: their calls fail. */
  @Override
  public void close() {
    reactor.initiateShutdown();
    try {
      reactor.awaitShutdown(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    reactor.close(CloseMode.IMMEDIATE);
  }
}
