package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.model.AvailabilityPush;
import io.streamrelay.protocol.model.WorkerModels;
import java.util.function.Consumer;

/** A {@link RedisBroadcast}. Thread-safe. */
final class RedisAvailabilityPush implements AvailabilityPush {
  static final String CHANNEL = "control:_models";

  private final RedisBroadcast<WorkerModels> models;

  /**
   * @param subscriber stays its maker's to close
   */
  RedisAvailabilityPush(RedisConnections connections, RedisSubscriber subscriber) {
    this.models = new RedisBroadcast<>(CHANNEL, WorkerModels.class, connections, subscriber);
  }

  @Override
  public void tell(WorkerModels news) {
    models.tell(news);
  }

  @Override
  public void hear(Consumer<WorkerModels> listener) {
    models.hear(listener);
  }
}
