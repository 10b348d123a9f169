package io.streamrelay.gateway.command;

import io.streamrelay.protocol.property.PropertyException;
import java.util.Properties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** PostgreSQL for a command: a connection whenever one is asked for, every wait bounded. */
public final class PostgresCommandConfiguration {
  private static final String CONNECT_SECONDS = "5";
  private static final String ANSWER_SECONDS = "10";

  private PostgresCommandConfiguration() {}

  /**
   * Connects to nothing yet. Throws {@link PropertyException} where no URL is set.
   *
   * @param command its word, to be seen in {@code pg_stat_activity}
   * @param more parameters of the driver
   */
  public static DriverManagerDataSource of(
      DataSourceProperties where, String command, Properties more) {
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
    bounds.setProperty("ApplicationName", "stream-relay-" + command);
    bounds.putAll(more);
    dataSource.setConnectionProperties(bounds);
    return dataSource;
  }
}
