package io.streamrelay.gateway.dialect.websocket;

import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.caller.OpenKeys;
import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.StreamPlace;
import io.streamrelay.protocol.token.StreamTokenId;
import java.util.Set;
import java.util.UUID;

/** Whose sockets are open on this gateway, with or without a subscription. Thread-safe. */
final class OpenSockets implements OpenKeys {
  private final OpenStreams places;

  OpenSockets(WebSocketProperties bounds) {
    this.places = new OpenStreams(bounds.perCaller(), bounds.perGateway(), "sockets");
  }

  /** A place for one more, to be given back; a problem, 429 or 503, if there is none. */
  StreamPlace take(Caller caller) {
    return places.take(caller);
  }

  @Override
  public Set<UUID> open() {
    return places.open();
  }

  @Override
  public Set<StreamTokenId> openTokens() {
    return places.openTokens();
  }

  @Override
  public void revoked(Set<UUID> keys) {
    places.revoked(keys);
  }
}
