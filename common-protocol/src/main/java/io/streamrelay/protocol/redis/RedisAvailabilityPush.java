package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.model.AvailabilityPush;
import io.streamrelay.protocol.model.WorkerModels;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * One channel for all workers, JSON. Its name can't be a worker's: those begin with a letter or
 * digit. Thread-safe.
 */
final class RedisAvailabilityPush implements AvailabilityPush {
  static final String CHANNEL = "control:_models";

  private static final Logger log = LoggerFactory.getLogger(RedisAvailabilityPush.class);
  private static final int MAX_BYTES = 256 * 1024;
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final StringRedisTemplate redis;
  private final RedisSubscriber subscriber;

  /**
   * @param subscriber stays its maker's to close
   */
  RedisAvailabilityPush(RedisConnections connections, RedisSubscriber subscriber) {
    this.redis = connections.template();
    this.subscriber = subscriber;
  }

  @Override
  public void tell(WorkerModels models) {
    try {
      redis.convertAndSend(CHANNEL, JSON.writeValueAsString(models));
    } catch (DataAccessException e) {
      log.debug("Gateways weren't told how the models fare: {}", e.getMessage());
    }
  }

  @Override
  public void hear(Consumer<WorkerModels> listener) {
    var _ = subscriber.subscribe(new Subscription(CHANNEL, new FromWorkers(listener), true, false));
  }

  private record FromWorkers(Consumer<WorkerModels> listener) implements ChannelListener {
    @Override
    public void message(byte[] payload) {
      WorkerModels models = read(payload);
      if (models != null) {
        listener.accept(models);
      }
    }

    private static @Nullable WorkerModels read(byte[] payload) {
      if (payload.length > MAX_BYTES) {
        return null;
      }
      try {
        return JSON.readValue(payload, WorkerModels.class);
      } catch (JacksonException | NullPointerException e) {
        log.debug("Not what a worker says of its models");
        return null;
      }
    }

    @Override
    public void interrupted() {
      // what was missed, the workers repeat
    }
  }
}
