package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.AnswerReader.End;
import io.streamrelay.worker.provider.Connections.Connection;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Map;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * One try to have a request answered: takes a connection, waits for the end, maps what breaks.
 *
 * @param body empty: none
 * @param maxBodyBytes of the answer; more is {@code output_limit}
 * @param deadlineNanos of {@link System#nanoTime()}, for all of it
 */
record HttpExchange(
    Connections connections,
    Method method,
    URI uri,
    Map<String, String> headers,
    byte[] body,
    HttpAnswer answer,
    Patience patience,
    long maxBodyBytes,
    long deadlineNanos) {

  /**
   * @param fresh whether on a connection of its own
   * @return false if a reused connection died before the first byte: the server closed it while
   *     idle and never saw the request, so it may be sent again
   */
  boolean run(boolean fresh) throws ProviderException, InterruptedException {
    if (deadlineNanos - System.nanoTime() <= 0) {
      throw new ProviderException(
          FailureCode.DEADLINE_EXCEEDED, "the deadline passed before the provider was asked");
    }
    long firstToken = System.nanoTime() + patience.firstToken().toNanos();
    long until = firstToken - deadlineNanos < 0 ? firstToken : deadlineNanos;
    Connection connection = connect(fresh, until);
    boolean reusable = false;
    try {
      AnswerReader reader =
          new AnswerReader(
              connection.session(),
              request(),
              body,
              answer,
              patience,
              maxBodyBytes,
              until,
              deadlineNanos);
      End end = reader.run();
      reusable = reader.isReusable();
      return answered(end, connection);
    } finally {
      connections.giveBack(connection, reusable);
    }
  }

  private Connection connect(boolean fresh, long until)
      throws ProviderException, InterruptedException {
    try {
      return connections.take(fresh, until);
    } catch (SocketTimeoutException e) {
      throw late("no connection in time", e);
    } catch (RefusedAddressException e) {
      throw new ProviderException(
          FailureCode.PROVIDER_UNAVAILABLE, "the provider is where it isn't allowed to be");
    } catch (IOException | IllegalStateException e) {
      throw unreachable(e);
    }
  }

  private HttpRequest request() {
    HttpRequest request = new BasicHttpRequest(method, uri);
    headers.forEach(request::setHeader);
    return request;
  }

  private boolean answered(End end, Connection connection) throws ProviderException {
    return switch (end) {
      case End.Read read -> true;
      case End.Refused(int status, String retryAfter, byte[] said) ->
          throw answer.refused(status, retryAfter, said);
      case End.Thrown(ProviderException cause) -> throw cause;
      case End.Thrown(RuntimeException cause) -> throw cause;
      case End.Thrown(Throwable cause) -> throw new IllegalStateException(cause);
      case End.Broken broken when answer.finished() -> true;
      case End.Broken broken when broken.silent() && connection.reused() -> false;
      case End.Broken broken when broken.answered() ->
          throw new ProviderException(
              FailureCode.PROVIDER_TRUNCATED,
              "the connection broke in the answer",
              null,
              broken.cause());
      case End.Broken broken -> throw unreachable(broken.cause());
      case End.Over over when answer.finished() -> true;
      case End.Over over -> throw late("the provider took too long", null);
    };
  }

  private ProviderException late(String what, @Nullable Exception cause) {
    return deadlineNanos - System.nanoTime() <= 0
        ? new ProviderException(FailureCode.DEADLINE_EXCEEDED, "the deadline passed", null, cause)
        : new ProviderException(FailureCode.PROVIDER_TIMEOUT, what, null, cause);
  }

  private static ProviderException unreachable(Exception cause) {
    return new ProviderException(
        FailureCode.PROVIDER_UNAVAILABLE, "the provider can't be reached", null, cause);
  }
}
