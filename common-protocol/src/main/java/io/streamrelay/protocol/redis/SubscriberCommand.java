package io.streamrelay.protocol.redis;

/** What is still to be said to Redis on a subscriber connection. */
sealed interface SubscriberCommand {
  String channel();

  boolean inSlot();

  record Subscribe(Subscription subscription) implements SubscriberCommand {
    @Override
    public String channel() {
      return subscription.channel;
    }

    @Override
    public boolean inSlot() {
      return subscription.inSlot;
    }
  }

  record Unsubscribe(String channel, boolean inSlot) implements SubscriberCommand {}
}
