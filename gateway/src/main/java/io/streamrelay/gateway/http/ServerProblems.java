package io.streamrelay.gateway.http;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.error.ProblemWriter;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What the server refuses before any servlet sees it, as a problem in place of Jetty's page. */
final class ServerProblems extends ErrorHandler {
  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int status,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    String id = RequestIdFilter.sanitized(request.getHeaders().get(ProblemWriter.REQUEST_ID));
    String path = request.getHttpURI().getCanonicalPath();
    byte[] body = body(status, path == null ? "" : path, id, response.getHeaders());
    response.write(true, ByteBuffer.wrap(body), callback);
  }

  @Override
  public ByteBuffer badMessageError(
      int status, @Nullable String reason, HttpFields.Mutable fields) {
    return ByteBuffer.wrap(body(status, "", RequestIdFilter.sanitized(null), fields));
  }

  private static byte[] body(
      int status, String path, String requestId, HttpFields.Mutable headers) {
    headers.put(ProblemWriter.REQUEST_ID, requestId);
    headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    headers.put("X-Content-Type-Options", "nosniff");
    Problem problem =
        new Problem(
            status, status < 500 ? ErrorCode.INVALID_REQUEST : ErrorCode.INTERNAL, detail(status));
    ProblemWriter.Written written = ProblemWriter.written(problem, path, requestId);
    headers.put(HttpHeader.CONTENT_TYPE, written.contentType());
    return written.body();
  }

  private static String detail(int status) {
    return switch (status) {
      case 408 -> "the request took too long to arrive";
      case 414 -> "the request's address is too long";
      case 431 -> "the request's headers are too large";
      default -> status < 500 ? "not a request that can be understood" : "a fault on our side";
    };
  }
}
