package io.streamrelay.gateway.caller;

import io.streamrelay.protocol.token.StreamTokenId;
import java.util.Set;
import java.util.UUID;

/** Where keys stay in use after their request was let in: open streams. Thread-safe. */
public interface OpenKeys {
  /** The keys in use now. */
  Set<UUID> open();

  /** The stream tokens that opened what is open now. */
  Set<StreamTokenId> openTokens();

  /** Ends what these keys opened, at once and without waiting. Others may be among them. */
  void revoked(Set<UUID> keys);
}
