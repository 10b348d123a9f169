package io.streamrelay.gateway.error;

import io.streamrelay.protocol.session.StoreUnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.jetty.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/**
 * Turns whatever a controller throws into a problem. Logs types and places, never what was sent.
 */
@RestControllerAdvice
final class ProblemAdvice {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler
  void refused(ProblemException refused, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    ProblemWriter.write(refused.problem(), request, response);
  }

  @ExceptionHandler
  void storeAway(
      StoreUnavailableException away, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    ProblemWriter.write(Problems.of(away), request, response);
  }

  @ExceptionHandler
  void wrongMethod(
      HttpRequestMethodNotSupportedException wrong,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Problem problem =
        new Problem(405, ErrorCode.INVALID_REQUEST, "this route doesn't take that method");
    var allowed = wrong.getSupportedHttpMethods();
    if (allowed != null) {
      String names = String.join(", ", allowed.stream().map(HttpMethod::name).sorted().toList());
      problem = problem.withHeader("Allow", names);
    }
    ProblemWriter.write(problem, request, response);
  }

  @ExceptionHandler
  void clientGone(AsyncRequestNotUsableException gone) {
    LOG.debug("the client went away before its answer");
  }

  @ExceptionHandler
  void anythingElse(Exception fault, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (fault instanceof ErrorResponse known && known.getStatusCode().value() < 500) {
      ProblemWriter.write(ofStatus(known.getStatusCode().value()), request, response);
      return;
    }
    if (fault instanceof HttpException known && known.getCode() < 500) {
      ProblemWriter.write(
          ofStatus(known.getCode()), request, response); // such as an address's query
      return;
    }
    LOG.error("answered 500", fault);
    ProblemWriter.write(ofStatus(500), request, response);
  }

  /** The problem of an answer of which only the status is known. */
  static Problem ofStatus(int status) {
    String detail =
        switch (status) {
          case 404 -> "there is nothing here";
          case 405 -> "this route doesn't take that method";
          case 413 -> "the request is too large";
          case 415 -> "send application/json";
          case 503 -> "not available; come again shortly";
          default -> status < 500 ? "the request can't be understood" : "a fault on our side";
        };
    return new Problem(status, ErrorCode.of(status), detail);
  }
}
