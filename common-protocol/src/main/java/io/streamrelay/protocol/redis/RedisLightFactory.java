package io.streamrelay.protocol.redis;

import java.util.Objects;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnection;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import redis.clients.jedis.UnifiedJedis;

/**
 * Gives connections whose close costs nothing. They hold no socket: jedis' client takes one from
 * its pool for each command. spring-data-redis 4.1 looks for a transaction to discard at each close
 * all the same and, as there is none, throws and catches an exception with its stack trace; in a
 * gateway that was a tenth of what a turn costs. Thread-safe.
 */
final class RedisLightFactory extends JedisConnectionFactory {
  RedisLightFactory(RedisStandaloneConfiguration server, JedisClientConfiguration settings) {
    super(server, settings);
  }

  @Override
  protected JedisConnection postProcessConnection(JedisConnection connection) {
    Object client = Objects.requireNonNull(connection.getNativeConnection());
    return new Light((UnifiedJedis) client);
  }

  /** Must not begin a pipeline or a transaction: nobody would end it. */
  private static final class Light extends JedisConnection {
    Light(UnifiedJedis client) {
      super(client);
    }

    @Override
    protected void doClose() {
      // Nothing is open.
    }

    @Override
    public void openPipeline() {
      throw new UnsupportedOperationException("no pipelines here");
    }

    @Override
    public void multi() {
      throw new UnsupportedOperationException("no transactions here");
    }
  }
}
