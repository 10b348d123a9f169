package io.streamrelay.gateway.dialect.websocket;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.error.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee11.servlet.ServletCoreRequest;
import org.eclipse.jetty.ee11.servlet.ServletCoreResponse;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.WebSocketExtensionRegistry;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;

/**
 * Makes sockets of requests, as RFC 6455 has it. There are no extensions: compressing what holds a
 * secret beside what somebody else chose tells the secret by its size, and it takes memory for each
 * socket. Thread-safe.
 */
final class Upgrades {
  /** Chosen where it is offered, so that a later version can be told from this one. */
  static final String PROTOCOL = "stream-relay.v1";

  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

  /** Frames that go out at once are joined up to this; only while they do. */
  private static final int OUTPUT_BUFFER_BYTES = 16 * 1024;

  private static final int INPUT_BUFFER_BYTES = 4096;

  private final WebSocketProperties properties;
  private final WebSocketMappings mappings;

  Upgrades(WebSocketProperties properties) {
    this.properties = properties;
    WebSocketExtensionRegistry none = new WebSocketExtensionRegistry();
    List.copyOf(none.getAvailableExtensionNames()).forEach(none::unregister);
    // Nothing of these is used but the registry: buffers and threads are the server's.
    this.mappings =
        new WebSocketMappings(
            new WebSocketComponents(
                none, null, new ByteBufferPool.NonPooling(), null, null, Runnable::run));
  }

  /**
   * Answers with 101, and the socket is opened once that is written.
   *
   * @return false if the request doesn't ask for a socket; nothing was answered
   * @throws ProblemException 400, if it asks for one as RFC 6455 doesn't have it; likewise
   */
  boolean upgrade(ChatSocket socket, HttpServletRequest request, HttpServletResponse response) {
    Request asked = ServletCoreRequest.wrap(request);
    Response answer = ServletCoreResponse.wrap(asked, response, false);
    try (Blocker.Callback written = Blocker.callback()) {
      boolean upgraded = false;
      try {
        upgraded =
            mappings.upgrade(new Negotiator(socket), asked, answer, written, this::configure);
      } finally {
        if (!upgraded) {
          written.succeeded(); // nothing is written
        }
      }
      if (upgraded) {
        written.block();
      }
      return upgraded;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void configure(Configuration socket) {
    socket.setAutoFragment(false); // a frame is refused by the length it claims
    socket.setMaxFrameSize(properties.maxFrameBytes());
    socket.setInputBufferSize(INPUT_BUFFER_BYTES);
    socket.setOutputBufferSize(OUTPUT_BUFFER_BYTES);
    socket.setIdleTimeout(Duration.ZERO); // pings find out better
  }

  private record Negotiator(ChatSocket socket) implements WebSocketNegotiator {
    @Override
    public FrameHandler negotiate(
        ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
      check(request.getHeaders());
      if (request.getSubProtocols().contains(PROTOCOL)) {
        response.setAcceptedSubProtocol(PROTOCOL);
      }
      return socket;
    }

    /** What Jetty takes as it comes. */
    private static void check(HttpFields headers) {
      List<String> keys = headers.getValuesList(HttpHeader.SEC_WEBSOCKET_KEY);
      if (keys.size() != 1 || !KEY.matcher(keys.getFirst()).matches()) {
        throw Problem.invalid("'Sec-WebSocket-Key' must be there once, 16 bytes in Base64")
            .exception();
      }
      if (headers.contains(HttpHeader.TRANSFER_ENCODING)
          || headers.getLongField(HttpHeader.CONTENT_LENGTH) > 0) {
        throw Problem.invalid("a request for a socket has no body").exception();
      }
    }
  }
}
