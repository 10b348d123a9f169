package io.streamrelay.gateway.doctor;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.redis.RedisProtocolConfiguration;
import java.util.Properties;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.info.ProjectInfoAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * What the doctor needs of a gateway, each part made when it is examined. No
 * {@code @Configuration}: a gateway doesn't find it.
 */
@Import(RedisProtocolConfiguration.class)
@ImportAutoConfiguration({
  SslAutoConfiguration.class,
  DataRedisAutoConfiguration.class,
  ProjectInfoAutoConfiguration.class
})
@EnableConfigurationProperties(DataSourceProperties.class)
class DoctorConfiguration {
  private static final String CONNECT_SECONDS = "5";
  private static final String ANSWER_SECONDS = "10";

  /** As {@code TurnConfiguration} sets them for each session, by the same way. */
  private static final String OPTIONS =
      "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000";

  @Bean
  MeterRegistry meterRegistry() {
    return new SimpleMeterRegistry();
  }

  @Bean
  DriverManagerDataSource plain(DataSourceProperties where) {
    return dataSource(where);
  }

  @Bean
  DriverManagerDataSource bounded(DataSourceProperties where) {
    DriverManagerDataSource bounded = dataSource(where);
    Properties properties = bounded.getConnectionProperties();
    if (properties != null) {
      properties.setProperty("options", OPTIONS);
    }
    return bounded;
  }

  private static DriverManagerDataSource dataSource(DataSourceProperties where) {
    DriverManagerDataSource dataSource =
        new DriverManagerDataSource(String.valueOf(where.getUrl()));
    dataSource.setUsername(where.determineUsername());
    dataSource.setPassword(where.determinePassword());
    Properties bounds = new Properties();
    bounds.setProperty("connectTimeout", CONNECT_SECONDS);
    bounds.setProperty("loginTimeout", CONNECT_SECONDS);
    bounds.setProperty("socketTimeout", ANSWER_SECONDS);
    bounds.setProperty("ApplicationName", "stream-relay-doctor");
    dataSource.setConnectionProperties(bounds);
    return dataSource;
  }
}
