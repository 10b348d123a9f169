package io.streamrelay.protocol.session;

import java.util.concurrent.CompletableFuture;

/**
 * Push side of the session streams: a few connections shared by all subscriptions. Implementations
 * are thread-safe.
 */
public interface PushSubscriber {
  /**
   * Begins to receive a session's pushes. Never blocks.
   *
   * @return completes once everything appended from now on is pushed here; exceptionally with
   *     {@link StoreUnavailableException} if that can't be had for now, and then nothing is
   *     subscribed
   */
  CompletableFuture<Void> subscribe(SessionKey session, Listener listener);

  /**
   * Ends a subscription; a call in progress may still reach the listener. Unknown sessions are
   * ignored.
   */
  void unsubscribe(SessionKey session);

  /** Called on a thread of the subscriber, for one session never on two at once; must not block. */
  interface Listener {
    void pushed(Push push);

    /** The connection was lost and is back: pushes may be missing. Compare with the stream. */
    void interrupted();
  }
}
