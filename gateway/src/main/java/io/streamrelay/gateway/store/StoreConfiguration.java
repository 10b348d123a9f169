package io.streamrelay.gateway.store;

import io.streamrelay.protocol.health.StartCheck;
import io.streamrelay.protocol.health.StoreWatchConfiguration;
import io.streamrelay.protocol.key.KeyConfiguration;
import io.streamrelay.protocol.redis.RedisConnections;
import io.streamrelay.protocol.redis.RedisJobQueue;
import io.streamrelay.protocol.redis.RedisProtocolConfiguration;
import io.streamrelay.protocol.redis.RedisRequirements;
import io.streamrelay.protocol.turn.Migrations;
import io.streamrelay.protocol.turn.TurnConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * What a gateway is made of besides itself. No {@code @Configuration}, so that it isn't found by
 * scanning: {@link io.streamrelay.gateway.GatewayApplication#main} names it, tests name their own.
 */
@Import({
  RedisProtocolConfiguration.class,
  TurnConfiguration.class,
  KeyConfiguration.class,
  StoreWatchConfiguration.class
})
public class StoreConfiguration {
  /** A gateway only adds, so the consumer's name doesn't matter. */
  private static final String CONSUMER = "gateway";

  @Bean
  RedisJobQueue jobQueue(RedisConnections connections) {
    return new RedisJobQueue(connections, CONSUMER);
  }

  @Bean
  StartCheck redisCheck(RedisRequirements requirements) {
    return new StartCheck(
        "Redis",
        () ->
            switch (requirements.check()) {
              case RedisRequirements.Verdict.Met(var warning) -> null;
              case RedisRequirements.Verdict.NotMet(var why) -> why;
            });
  }

  @Bean
  StartCheck postgresCheck(Migrations migrations) {
    return new StartCheck(
        "PostgreSQL",
        () ->
            switch (migrations.state()) {
              case Migrations.State.Ready(var version) -> null;
              case Migrations.State.Pending(var why) -> why;
            });
  }
}
