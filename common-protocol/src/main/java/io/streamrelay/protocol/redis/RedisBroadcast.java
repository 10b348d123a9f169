package io.streamrelay.protocol.redis;

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
 * One channel from all workers to all gateways, JSON. Its name can't be a worker's own: those begin
 * with a letter or digit. Thread-safe.
 */
final class RedisBroadcast<T> {
  private static final Logger log = LoggerFactory.getLogger(RedisBroadcast.class);
  private static final int MAX_BYTES = 256 * 1024;
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final String channel;
  private final Class<T> type;
  private final StringRedisTemplate redis;
  private final RedisSubscriber subscriber;

  /**
   * @param subscriber stays its maker's to close
   */
  RedisBroadcast(
      String channel, Class<T> type, RedisConnections connections, RedisSubscriber subscriber) {
    this.channel = channel;
    this.type = type;
    this.redis = connections.template();
    this.subscriber = subscriber;
  }

  void tell(T news) {
    try {
      redis.convertAndSend(channel, JSON.writeValueAsString(news));
    } catch (DataAccessException e) {
      log.debug("Gateways weren't told on {}: {}", channel, e.getMessage());
    }
  }

  void hear(Consumer<T> listener) {
    var _ = subscriber.subscribe(new Subscription(channel, new FromWorkers(listener), true, false));
  }

  private final class FromWorkers implements ChannelListener {
    private final Consumer<T> listener;

    FromWorkers(Consumer<T> listener) {
      this.listener = listener;
    }

    @Override
    public void message(byte[] payload) {
      T news = read(payload);
      if (news != null) {
        listener.accept(news);
      }
    }

    private @Nullable T read(byte[] payload) {
      if (payload.length > MAX_BYTES) {
        return null;
      }
      try {
        return JSON.readValue(payload, type);
      } catch (JacksonException | NullPointerException e) {
        log.debug("Not what a worker says on {}", channel);
        return null;
      }
    }

    @Override
    public void interrupted() {
      // what was missed, the workers repeat
    }
  }
}
