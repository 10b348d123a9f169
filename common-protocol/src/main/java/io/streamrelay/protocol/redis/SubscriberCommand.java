package io.streamrelay.protocol.redis;

/** What is still to be said to Redis on a subscriber connection. */
sealed interface SubscriberCommand {
  String channel();

  record Subscribe(Subscription subscription) implements SubscriberCommand {
    @Override
    public String channel() {
      return subscription.channel;
    }
  }

  record Unsubscribe(String channel) implements SubscriberCommand {}
}
