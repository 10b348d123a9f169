package io.streamrelay.protocol.redis;

import java.util.concurrent.CompletableFuture;

/**
 * What one channel is subscribed for. Threads: the connection's reader confirms, anybody waits for
 * {@code ready}.
 */
final class Subscription {
  final String channel;
  final ChannelListener listener;
  final boolean lasting;
  final CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile boolean confirmed;

  /**
   * @param lasting kept until it succeeds, where others fail when the connection can't be had
   */
  Subscription(String channel, ChannelListener listener, boolean lasting) {
    this.channel = channel;
    this.listener = listener;
    this.lasting = lasting;
  }

  /** Redis said that it is subscribed: for the first time, or again on a new connection. */
  void confirm() {
    if (confirmed) {
      listener.interrupted();
    } else {
      confirmed = true;
      ready.complete(null);
    }
  }

  /** Whether it outlives a lost connection. */
  boolean stays() {
    return confirmed || lasting;
  }
}
