package io.streamrelay.gateway.health;

import io.streamrelay.gateway.drain.StreamDrain;
import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.error.ProblemWriter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Sends new requests elsewhere while the gateway stops. */
final class DrainFilter implements Filter {
  private final StreamDrain drain;

  DrainFilter(StreamDrain drain) {
    this.drain = drain;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (drain.draining()) {
      Problem problem =
          Problem.unavailable(ErrorCode.DRAINING, "this gateway is stopping; come again")
              .withHeader("Connection", "close");
      ProblemWriter.write(problem, (HttpServletRequest) request, (HttpServletResponse) response);
      return;
    }
    chain.doFilter(request, response);
  }
}
