package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one channel is subscribed for. Threads: the connection's reader confirms, anybody waits for
 * {@code ready}.
 */
final class Subscription {
  final String channel;
  final ChannelListener listener;
  final boolean lasting;

  /** Whether it is in the slot of its name: then only the server that has that slot has it. */
  final boolean inSlot;

  final CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile @Nullable SubscriberLink confirmed;

  /**
   * @param lasting kept until it succeeds, where others fail when the connection can't be had
   * @param inSlot published to the slot of its name where there are slots, instead of everywhere
   */
  Subscription(String channel, ChannelListener listener, boolean lasting, boolean inSlot) {
    this.channel = channel;
    this.listener = listener;
    this.lasting = lasting;
    this.inSlot = inSlot;
  }

  /** Redis said that it is subscribed: for the first time, or again after it was lost. */
  void confirm(SubscriberLink by) {
    boolean again = confirmed != null;
    confirmed = by;
    if (again) {
      listener.interrupted();
    } else {
      ready.complete(null);
    }
  }

  /** Whether it was last confirmed on that connection. */
  boolean isConfirmedBy(SubscriberLink link) {
    return confirmed == link;
  }

  /** Tells who still waits for it that it won't come. Not to be called under a lock. */
  void abandon(String why) {
    ready.completeExceptionally(new StoreUnavailableException(why));
  }

  /** Whether it outlives a lost connection. */
  boolean stays() {
    return confirmed != null || lasting;
  }
}
