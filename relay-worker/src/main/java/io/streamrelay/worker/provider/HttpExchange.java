package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.FailureCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on one connection: reads, bounds each wait, maps what breaks.
 *
 * <p>Not thread-safe: owned by the calling thread; the watchdog's thread only closes the
 * connection.
 */
final class HttpExchange {
  static final ContentType JSON = ContentType.create("application/json");

  private static final int BUFFER_BYTES = 8192;
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  /** An error's body is waited for as long as this. */
  private static final long ERROR_BODY_NANOS = 5_000_000_000L;

  /**
   * A server that has said its last word may take this long to end the body, so that its connection
   * can be used again.
   */
  private static final long LAST_BYTES_NANOS = 50_000_000L;

  /** One that has only given its finish reason may take this long to add usage. */
  private static final long AFTER_FINISH_NANOS = 2_000_000_000L;

  private final CloseableHttpClient http;
  private final HttpPost request;
  private final HttpAnswer answer;
  private final Patience patience;
  private final long maxBodyBytes;
  private final long deadlineNanos;
  private final Watchdog watchdog;
  private final HttpClientContext context = HttpClientContext.create();

  private boolean answered;

  HttpExchange(
      CloseableHttpClient http,
      HttpPost request,
      HttpAnswer answer,
      Patience patience,
      long maxBodyBytes,
      long deadlineNanos,
      Watchdog watchdog) {
    this.http = http;
    this.request = request;
    this.answer = answer;
    this.patience = patience;
    this.maxBodyBytes = maxBodyBytes;
    this.deadlineNanos = deadlineNanos;
    this.watchdog = watchdog;
  }

  /**
   * @param last whether this is the last try
   * @return false if a reused connection died before the first byte and this wasn't the last try
   */
  boolean run(boolean last) throws ProviderException, InterruptedException {
    boolean reusable = false;
    Watchdog.Watch watch = watchdog.watch(request::cancel);
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      reusable = converse(watch);
      return true;
    } catch (IOException | IllegalStateException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (answer.finished()) {
        return true;
      }
      if (!last && !watch.expired() && diedReused(e)) {
        return false;
      }
      throw mapped(e, watch.expired());
    } finally {
      watch.close();
      if (!reusable) {
        request.cancel();
      }
    }
  }

  /** Returns whether the body was read to its end. */
  private boolean converse(Watchdog.Watch watch)
      throws IOException, ProviderException, InterruptedException {
    long budget = patience.firstToken().toNanos();
    long asked = System.nanoTime();
    watch.arm(bounded(asked + budget));
    ClassicHttpResponse response = http.executeOpen(null, request, context);
    watch.disarm();
    answered = true;
    int status = response.getCode();
    if (status < 200 || status > 299) {
      throw answer.refused(status, header(response, "retry-after"), errorBody(response, watch));
    }
    String encoding = header(response, "content-encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new ProviderException(
          FailureCode.PROVIDER_UNAVAILABLE, "the provider compressed its answer, unasked");
    }
    answer.begin(header(response, "content-type"));
    HttpEntity entity = response.getEntity();
    if (entity != null) {
      read(entity.getContent(), watch, budget - (System.nanoTime() - asked));
    }
    if (!answer.complete()) {
      answer.end();
    }
    return true;
  }

  private void read(InputStream body, Watchdog.Watch watch, long firstBudget)
      throws IOException, ProviderException, InterruptedException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long budget = firstBudget;
    long tokens = 0;
    long total = 0;
    while (true) {
      long before = System.nanoTime();
      watch.arm(bounded(before + budget));
      int length = body.read(buffer);
      watch.disarm();
      if (length < 0) {
        return;
      }
      budget -= System.nanoTime() - before;
      total += length;
      if (total > maxBodyBytes) {
        throw new ProviderException(
            FailureCode.OUTPUT_LIMIT, "the provider's answer is over " + maxBodyBytes + " bytes");
      }
      if (answer.complete()) {
        continue;
      }
      answer.bytes(buffer, length);
      if (answer.complete()) {
        budget = LAST_BYTES_NANOS;
      } else if (answer.tokens() != tokens) {
        tokens = answer.tokens();
        long between = patience.betweenTokens().toNanos();
        budget = answer.finished() ? Math.min(between, AFTER_FINISH_NANOS) : between;
      }
    }
  }

  private long bounded(long untilNanos) {
    return untilNanos - deadlineNanos > 0 ? deadlineNanos : untilNanos;
  }

  /** What can be had of it in bounded time; an error without its body is still an error. */
  private byte[] errorBody(ClassicHttpResponse response, Watchdog.Watch watch)
      throws InterruptedException {
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      return new byte[0];
    }
    watch.arm(bounded(System.nanoTime() + ERROR_BODY_NANOS));
    try {
      return entity.getContent().readNBytes(MAX_ERROR_BYTES);
    } catch (IOException | IllegalStateException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return new byte[0];
    } finally {
      watch.disarm();
    }
  }

  private static @Nullable String header(ClassicHttpResponse response, String name) {
    Header header = response.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  /**
   * Such a connection was closed by the server while idle: it never saw the request. A fresh one
   * may have.
   */
  private boolean diedReused(Exception cause) {
    EndpointDetails endpoint = context.getEndpointDetails();
    return !answered
        && endpoint != null
        && endpoint.getRequestCount() > 1
        && !(cause instanceof SocketTimeoutException);
  }

  private ProviderException mapped(Exception cause, boolean expired) {
    if (expired) {
      return deadlineNanos - System.nanoTime() <= 0
          ? failure(FailureCode.DEADLINE_EXCEEDED, "the deadline passed", cause)
          : failure(FailureCode.PROVIDER_TIMEOUT, "the provider took too long", cause);
    }
    if (answered) {
      return failure(FailureCode.PROVIDER_TRUNCATED, "the connection broke in the answer", cause);
    }
    boolean slow =
        cause instanceof ConnectTimeoutException
            || cause instanceof ConnectionRequestTimeoutException
            || cause instanceof SocketTimeoutException;
    return slow
        ? failure(FailureCode.PROVIDER_TIMEOUT, "no connection in time", cause)
        : failure(FailureCode.PROVIDER_UNAVAILABLE, "the provider can't be reached", cause);
  }

  private static ProviderException failure(FailureCode code, String message, Exception cause) {
    return new ProviderException(code, message, null, cause);
  }
}
