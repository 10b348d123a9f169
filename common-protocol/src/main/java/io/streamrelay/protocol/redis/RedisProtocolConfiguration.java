package io.streamrelay.protocol.redis;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;

/**
 * The Redis side of the protocol as beans, for both tiers to import. Those that hold connections or
 * threads of their own are made when somebody needs them: a gateway has no flushers. The job queue
 * is not here: it takes the worker's name.
 *
 * <p>Needs {@code spring.data.redis.client-type=jedis}.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RedisProtocolProperties.class)
public class RedisProtocolConfiguration {
  @Bean
  RedisConnections redisConnections(
      DataRedisConnectionDetails details,
      DataRedisProperties redis,
      RedisProtocolProperties properties) {
    return new RedisSettings(details, redis, properties).connect();
  }

  /** So that Boot makes no other, and what uses Spring's templates uses these connections. */
  @Bean(destroyMethod = "")
  JedisConnectionFactory redisConnectionFactory(RedisConnections connections) {
    return connections.factory();
  }

  @Bean
  RedisRequirements redisRequirements(RedisConnections connections, MeterRegistry registry) {
    return new RedisRequirements(connections, registry);
  }

  @Bean
  RedisSessionStream sessionStream(
      RedisConnections connections, RedisProtocolProperties properties) {
    return new RedisSessionStream(connections, properties);
  }

  @Bean
  @Lazy
  RedisSessionAppender sessionAppender(
      RedisConnections connections, RedisProtocolProperties properties, MeterRegistry registry) {
    return new RedisSessionAppender(connections, properties, registry);
  }

  @Bean
  RedisStreamTokens streamTokens(RedisConnections connections) {
    return new RedisStreamTokens(connections);
  }

  @Bean
  @Lazy
  RedisSubscriber redisSubscriber(
      RedisConnections connections, RedisProtocolProperties properties) {
    return new RedisSubscriber(connections, properties);
  }

  @Bean
  @Lazy
  RedisPushSubscriber pushSubscriber(RedisSubscriber subscriber) {
    return new RedisPushSubscriber(subscriber);
  }

  @Bean
  @Lazy
  RedisControlPush controlPush(RedisConnections connections, RedisSubscriber subscriber) {
    return new RedisControlPush(connections, subscriber);
  }

  @Bean
  @Lazy
  RedisWorkerPush workerPush(RedisConnections connections, RedisSubscriber subscriber) {
    return new RedisWorkerPush(connections, subscriber);
  }

  @Bean
  @Lazy
  RedisAvailabilityPush availabilityPush(RedisConnections connections, RedisSubscriber subscriber) {
    return new RedisAvailabilityPush(connections, subscriber);
  }
}
