package io.streamrelay.protocol.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Channels over a few connections; each channel always on the same one. Thread-safe. */
final class RedisSubscriber implements AutoCloseable {
  private final List<SubscriberConnection> subscribers;

  public RedisSubscriber(RedisConnections connections, RedisProtocolProperties properties) {
    subscribers =
        IntStream.range(0, properties.subscribers())
            .mapToObj(number -> new SubscriberConnection("subscriber-" + number, connections))
            .toList();
  }

  CompletableFuture<Void> subscribe(Subscription subscription) {
    return of(subscription.channel).subscribe(subscription);
  }

  void unsubscribe(String channel) {
    of(channel).unsubscribe(channel);
  }

  private SubscriberConnection of(String channel) {
    return subscribers.get(Math.floorMod(channel.hashCode(), subscribers.size()));
  }

  @Override
  public void close() {
    subscribers.forEach(SubscriberConnection::close);
  }

  List<SubscriberConnection> connections() {
    return subscribers;
  }
}
