package io.streamrelay.gateway.dialect;

import io.streamrelay.protocol.caller.CallerName;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One open stream's place among all. Given back once, however often it is closed. Thread-safe. */
public final class StreamPlace implements AutoCloseable {
  private final OpenStreams all;
  private final CallerName caller;
  private final @Nullable UUID key;
  private volatile Runnable end = () -> {};

  StreamPlace(OpenStreams all, CallerName caller, @Nullable UUID key) {
    this.all = all;
    this.caller = caller;
    this.key = key;
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

  @Override
  public void close() {
    all.giveBack(this);
  }
}
