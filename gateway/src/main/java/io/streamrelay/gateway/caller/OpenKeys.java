package io.streamrelay.gateway.caller;

import io.streamrelay.protocol.token.StreamTokenId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Where keys stay in use after their request was let in: open streams and sockets. Thread-safe. */
public interface OpenKeys {
  /** The keys in use now. */
  Set<UUID> open();

  /** The stream tokens that opened what is open now. */
  Set<StreamTokenId> openTokens();

  /** Ends what these keys opened, at once and without waiting. Others may be among them. */
  void revoked(Set<UUID> keys);

  /** All of these places as one. */
  static OpenKeys all(List<OpenKeys> places) {
    return new OpenKeys() {
      @Override
      public Set<UUID> open() {
        Set<UUID> keys = new HashSet<>();
        places.forEach(place -> keys.addAll(place.open()));
        return keys;
      }

      @Override
      public Set<StreamTokenId> openTokens() {
        Set<StreamTokenId> tokens = new HashSet<>();
        places.forEach(place -> tokens.addAll(place.openTokens()));
        return tokens;
      }

      @Override
      public void revoked(Set<UUID> keys) {
        places.forEach(place -> place.revoked(keys));
      }
    };
  }
}
