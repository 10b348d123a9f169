package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.FailureCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.impl.BasicEntityDetails;
import org.apache.hc.core5.http.nio.AsyncClientExchangeHandler;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.RequestChannel;
import org.apache.hc.core5.http.nio.command.RequestExecutionCommand;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.reactor.Command;
import org.apache.hc.core5.reactor.EventMask;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request and hands its answer on as it comes, until the {@link End}.
 *
 * <p>Threads: the selector's takes the steps; the caller's sends, and waits for the end or makes
 * it. All steps are under one lock and there is none after the end, so nothing reaches the answer
 * once the caller is back.
 */
final class AnswerReader implements AsyncClientExchangeHandler {
  private static final ContentType JSON = ContentType.create("application/json");
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

  private final IOSession session;
  private final HttpRequest request;
  private final ByteBuffer body; // the selector's
  private final HttpAnswer answer;
  private final Patience patience;
  private final long maxBodyBytes;
  private final long firstTokenNanos;
  private final long deadlineNanos;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable EndpointDetails endpoint; // guarded by lock, as all below
  private long receivedBefore;
  private boolean sent;
  private @Nullable HttpResponse response;
  private @Nullable ByteArrayOutputStream errorBody;
  private long bodyBytes;
  private long tokens;
  private boolean wholeBody;
  private long untilNanos;
  private boolean stopped;
  private long leftNanos;
  private @Nullable End end;

  /** How it ended: what came first. */
  sealed interface End {
    /** The answer is all there. */
    record Read() implements End {}

    /**
     * The status isn't 2xx.
     *
     * @param retryAfter as {@link RetryAfter#of} says; null: none
     * @param body what could be had of it in bounded time
     */
    record Refused(int status, @Nullable String retryAfter, byte[] body) implements End {}

    /** The answer isn't what it should be, or whoever it is handed on to threw. */
    record Thrown(Throwable cause) implements End {}

    /**
     * The connection broke.
     *
     * @param silent before the first byte of an answer
     * @param answered after the head of the answer
     */
    record Broken(Exception cause, boolean silent, boolean answered) implements End {}

    /** The caller waits no more. */
    record Over() implements End {}
  }

  /** Something the selector has come to do; what it throws is the end. */
  private interface Step {
    void run() throws ProviderException;
  }

  /**
   * @param firstTokenNanos of {@link System#nanoTime()}: until when the first token is waited for
   * @param deadlineNanos the same for all of it
   */
  AnswerReader(
      IOSession session,
      HttpRequest request,
      byte[] body,
      HttpAnswer answer,
      Patience patience,
      long maxBodyBytes,
      long firstTokenNanos,
      long deadlineNanos) {
    this.session = session;
    this.request = request;
    this.body = ByteBuffer.wrap(body);
    this.answer = answer;
    this.tokens = answer.tokens();
    this.patience = patience;
    this.maxBodyBytes = maxBodyBytes;
    this.firstTokenNanos = firstTokenNanos;
    this.deadlineNanos = deadlineNanos;
    long handshakeNanos = System.nanoTime() + patience.connect().toNanos();
    this.untilNanos = earlier(handshakeNanos, earlier(firstTokenNanos, deadlineNanos));
  }

  private static long earlier(long one, long two) {
    return one - two <= 0 ? one : two;
  }

  /** Sends the request and waits for the end, which {@link End.Over} is if nothing else comes. */
  End run() throws InterruptedException {
    session.enqueue(
        new RequestExecutionCommand(this, HttpCoreContext.create()), Command.Priority.NORMAL);
    lock.lock();
    try {
      while (end == null) {
        long nanos = untilNanos - System.nanoTime();
        if (nanos <= 0) {
          ends(new End.Over());
        } else {
          changed.awaitNanos(nanos);
        }
      }
      return end;
    } catch (InterruptedException e) {
      ends(new End.Over());
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** After the end: whether nothing is left to be sent or read. */
  boolean isReusable() {
    lock.lock();
    try {
      return sent && wholeBody;
    } finally {
      lock.unlock();
    }
  }

  private void step(Step step) {
    lock.lock();
    try {
      if (end == null) {
        step.run();
      }
    } catch (Throwable e) {
      // Whatever it is, it is this call's: on the selector's thread it would be everybody's.
      ends(new End.Thrown(e));
    } finally {
      lock.unlock();
    }
  }

  private void ends(End how) {
    if (end == null) {
      end = errorBody == null || how instanceof End.Thrown ? how : refused(errorBody);
      changed.signal();
    }
  }

  private End refused(ByteArrayOutputStream said) {
    HttpResponse head = Objects.requireNonNull(response);
    String retryAfter = RetryAfter.of(header(head, "retry-after-ms"), header(head, "retry-after"));
    return new End.Refused(head.getCode(), retryAfter, said.toByteArray());
  }

  private void waitFor(long nanos) {
    if (stopped) {
      leftNanos = nanos;
    } else {
      waitUntil(System.nanoTime() + nanos);
    }
  }

  private void waitUntil(long nanos) {
    long until = earlier(nanos, deadlineNanos);
    if (until - untilNanos < 0) {
      changed.signal();
    }
    untilNanos = until;
  }

  @Override
  public void produceRequest(RequestChannel channel, HttpContext context)
      throws HttpException, IOException {
    step(() -> {
      session.setSocketTimeout(Timeout.DISABLED);
      EndpointDetails details = HttpCoreContext.cast(context).getEndpointDetails();
      endpoint = details;
      receivedBefore = details.getReceivedBytesCount();
      sent = !body.hasRemaining();
      waitUntil(firstTokenNanos);
    });
    EntityDetails entity =
        body.hasRemaining() ? new BasicEntityDetails(body.remaining(), JSON) : null;
    channel.sendRequest(request, entity, context);
  }

  @Override
  public int available() {
    return body.remaining();
  }

  @Override
  public void produce(DataStreamChannel channel) throws IOException {
    channel.write(body);
    if (!body.hasRemaining()) {
      step(() -> sent = true);
      channel.endStream();
    }
  }

  @Override
  public void consumeInformation(HttpResponse information, HttpContext context) {}

  @Override
  public void consumeResponse(
      HttpResponse head, @Nullable EntityDetails entity, HttpContext context) {
    step(() -> {
      begins(head);
      if (entity == null) {
        bodyEnds();
      }
    });
  }

  private void begins(HttpResponse head) throws ProviderException {
    response = head;
    if (head.getCode() < 200 || head.getCode() > 299) {
      errorBody = new ByteArrayOutputStream();
      waitFor(ERROR_BODY_NANOS);
      return;
    }
    String encoding = header(head, "content-encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity") && !answer.complete()) {
      throw new ProviderException(
          FailureCode.PROVIDER_UNAVAILABLE, "the provider compressed its answer, unasked");
    }
    answer.begin(header(head, "content-type"));
    if (answer.complete()) {
      waitFor(LAST_BYTES_NANOS);
    }
  }

  private static @Nullable String header(HttpResponse head, String name) {
    Header header = head.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  /** The window is as good as infinite: reading is stopped at the session itself. */
  @Override
  public void updateCapacity(CapacityChannel window) throws IOException {
    window.update(Integer.MAX_VALUE);
  }

  @Override
  public void consume(ByteBuffer source) {
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    step(() -> {
      if (errorBody == null) {
        received(bytes);
      } else {
        errorBody.write(bytes, 0, Math.min(bytes.length, MAX_ERROR_BYTES - errorBody.size()));
        if (errorBody.size() == MAX_ERROR_BYTES) {
          ends(new End.Read());
        }
      }
    });
  }

  private void received(byte[] bytes) throws ProviderException {
    bodyBytes += bytes.length;
    if (bodyBytes > maxBodyBytes) {
      throw new ProviderException(
          FailureCode.OUTPUT_LIMIT, "the provider's answer is over " + maxBodyBytes + " bytes");
    }
    if (answer.complete()) {
      return;
    }
    answer.bytes(bytes);
    if (answer.complete()) {
      waitFor(LAST_BYTES_NANOS);
    } else if (answer.tokens() != tokens) {
      tokens = answer.tokens();
      long between = patience.betweenTokens().toNanos();
      waitFor(answer.finished() ? Math.min(between, AFTER_FINISH_NANOS) : between);
    }
    readOn();
  }

  /**
   * Stops reading where there is no room, until there is. The time of that is ours, not the
   * server's.
   */
  private void readOn() {
    CompletableFuture<Void> room = answer.complete() ? DeltaSink.ROOM : answer.room();
    if (room.isDone()) {
      if (stopped) {
        stopped = false;
        waitFor(leftNanos);
        session.setEvent(EventMask.READ);
      }
      return;
    }
    if (!stopped) {
      stopped = true;
      leftNanos = untilNanos - System.nanoTime();
      waitUntil(deadlineNanos);
    }
    session.clearEvent(EventMask.READ);
    room.thenRunAsync(() -> step(this::readOn), Thread::startVirtualThread);
  }

  @Override
  public void streamEnd(@Nullable List<? extends Header> trailers) {
    step(this::bodyEnds);
  }

  private void bodyEnds() throws ProviderException {
    wholeBody = true;
    if (errorBody == null && !answer.complete()) {
      answer.end();
    }
    ends(new End.Read());
  }

  @Override
  public void failed(Exception cause) {
    step(() -> {
      boolean silent = endpoint == null || endpoint.getReceivedBytesCount() == receivedBefore;
      ends(new End.Broken(cause, silent, response != null));
    });
  }

  @Override
  public void cancel() {
    releaseResources();
  }

  /** Called last, however it went: the end at the latest. */
  @Override
  public void releaseResources() {
    failed(new ConnectionClosedException());
  }
}
