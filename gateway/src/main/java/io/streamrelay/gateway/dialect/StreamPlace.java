package io.streamrelay.gateway.dialect;

import io.streamrelay.protocol.caller.CallerName;
import io.streamrelay.protocol.token.StreamTokenId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One open stream's place among all. Given back once, however often it is closed. Thread-safe. */
public final class StreamPlace implements AutoCloseable {
  private final OpenStreams all;
  private final CallerName caller;
  private final @Nullable UUID key;
  private final @Nullable StreamTokenId token;
  private volatile Runnable end = () -> {};

  StreamPlace(
      OpenStreams all, CallerName caller, @Nullable UUID key, @Nullable StreamTokenId token) {
    this.all = all;
    this.caller = caller;
    this.key = key;
    this.token = token;
  }

  /**
   * What ends the stream if its key is revoked; must not wait. A revocation before this is said
   * again at the next look.
   */
  public void onRevoked(Runnable end) {
    this.end = end;
  }

  void revoke() {
    end.run();
  }

  CallerName caller() {
    return caller;
  }

  @Nullable UUID key() {
    return key;
  }

  @Nullable StreamTokenId token() {
    return token;
  }

  @Override
  public void close() {
    all.giveBack(this);
  }
}
