package io.streamrelay.gateway.doctor;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.gateway.command.PostgresCommandConfiguration;
import io.streamrelay.protocol.redis.RedisProtocolConfiguration;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.info.ProjectInfoAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

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
  /** The same that {@code TurnConfiguration} sets for each session, and by the same way. */
  private static final String OPTIONS =
      "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000";

  @Bean
  MeterRegistry meterRegistry() {
    return new SimpleMeterRegistry();
  }

  @Bean
  DataSource plain(DataSourceProperties where) {
    return PostgresCommandConfiguration.of(where, DoctorCommandApplication.WORD, new Properties());
  }

  @Bean
  DataSource bounded(DataSourceProperties where) {
    Properties options = new Properties();
    options.setProperty("options", OPTIONS);
    return PostgresCommandConfiguration.of(where, DoctorCommandApplication.WORD, options);
  }
}
