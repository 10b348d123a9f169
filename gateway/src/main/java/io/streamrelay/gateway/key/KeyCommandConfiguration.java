package io.streamrelay.gateway.key;

import io.streamrelay.protocol.key.KeyConfiguration;
import io.streamrelay.protocol.property.PropertyException;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** All a key command needs of a gateway. No {@code @Configuration}: a gateway doesn't find it. */
@Import(KeyConfiguration.class)
@EnableConfigurationProperties(DataSourceProperties.class)
class KeyCommandConfiguration {
  private static final String CONNECT_SECONDS = "5";
  private static final String ANSWER_SECONDS = "15";

  /** One connection for each statement: there is one. */
  @Bean
  DataSource dataSource(DataSourceProperties where) {
    if (where.getUrl() == null || where.getUrl().isBlank()) {
      throw new PropertyException("spring.datasource.url", "is missing: where PostgreSQL is");
    }
    DriverManagerDataSource dataSource = new DriverManagerDataSource(where.getUrl());
    dataSource.setUsername(where.determineUsername());
    dataSource.setPassword(where.determinePassword());
    Properties bounds = new Properties();
    bounds.setProperty("connectTimeout", CONNECT_SECONDS);
    bounds.setProperty("loginTimeout", CONNECT_SECONDS);
    bounds.setProperty("socketTimeout", ANSWER_SECONDS);
    bounds.setProperty("ApplicationName", "stream-relay-key");
    dataSource.setConnectionProperties(bounds);
    return dataSource;
  }
}
