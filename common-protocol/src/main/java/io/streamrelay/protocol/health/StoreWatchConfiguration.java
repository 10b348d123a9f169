package io.streamrelay.protocol.health;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.redis.RedisConnections;
import io.streamrelay.protocol.redis.RedisFigures;
import io.streamrelay.protocol.redis.RedisRequirements;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Both stores as this process sees them, for either tier to import beside the stores. */
@Configuration(proxyBeanMethods = false)
public class StoreWatchConfiguration {
  private static final int VALID_SECONDS = 2;

  @Bean(initMethod = "start", destroyMethod = "close")
  StoreWatch redisWatch(
      RedisConnections connections, RedisRequirements requirements, MeterRegistry registry) {
    return new StoreWatch("redis", () -> requirements.seen(RedisFigures.of(connections)), registry);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  StoreWatch postgresWatch(HikariDataSource dataSource, MeterRegistry registry) {
    return new StoreWatch("postgres", () -> look(dataSource), registry);
  }

  private static void look(HikariDataSource dataSource) {
    try (Connection connection = dataSource.getConnection()) {
      if (!connection.isValid(VALID_SECONDS)) {
        throw new StoreUnavailableException("PostgreSQL doesn't answer");
      }
    } catch (SQLException e) {
      throw new StoreUnavailableException("PostgreSQL gave no connection", e);
    }
  }
}
