package io.streamrelay.gateway.caller;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.error.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/**
 * What is answered to a request that the chain lets no further: where there are routes, why; where
 * there is nothing for anybody, that there is nothing.
 */
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler {
  private static final String WHY = Refusals.class.getName();

  /** Keeps why the request has no caller. */
  static void hold(Problem why, HttpServletRequest request) {
    request.setAttribute(WHY, why);
  }

  static Problem unauthorized(String detail) {
    return new Problem(401, ErrorCode.UNAUTHORIZED, detail)
        .withHeader("WWW-Authenticate", "Bearer");
  }

  /** No caller, and the path isn't open. */
  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException refused)
      throws IOException {
    if (!ChainConfiguration.isForCallers(request)) {
      ProblemWriter.write(Problem.notFound("there is nothing here"), request, response);
    } else if (request.getAttribute(WHY) instanceof Problem why) {
      ProblemWriter.write(why, request, response);
    } else {
      ProblemWriter.write(unauthorized("there is no caller"), request, response);
    }
  }

  /** A caller, but not one for this path. */
  @Override
  public void handle(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException refused)
      throws IOException {
    Problem problem =
        ChainConfiguration.isForAdmins(request)
            ? new Problem(403, ErrorCode.FORBIDDEN, "only for admins: use a key made with --admin")
            : Problem.notFound("there is nothing here");
    ProblemWriter.write(problem, request, response);
  }
}
