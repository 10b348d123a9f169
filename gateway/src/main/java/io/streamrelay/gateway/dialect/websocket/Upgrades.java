package io.streamrelay.gateway.dialect.websocket;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.ee11.servlet.ServletCoreRequest;
import org.eclipse.jetty.ee11.servlet.ServletCoreResponse;
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
   */
  boolean upgrade(ChatSocket socket, HttpServletRequest request, HttpServletResponse response) {
    Request asked = ServletCoreRequest.wrap(request);
    Response answer = ServletCoreResponse.wrap(asked, response, false);
    try (Blocker.Callback written = Blocker.callback()) {
      boolean upgraded =
          mappings.upgrade(new Negotiator(socket), asked, answer, written, this::configure);
      if (upgraded) {
        written.block();
      } else {
        written.succeeded();
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
      if (request.hasSubProtocol(PROTOCOL)) {
        response.setAcceptedSubProtocol(PROTOCOL);
      }
      return socket;
    }
  }
}
