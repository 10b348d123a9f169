package io.streamrelay.protocol.turn;

import com.zaxxer.hikari.HikariDataSource;
import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The turn ports on PostgreSQL, to be imported by a tier. {@code spring.datasource.url}, {@code
 * .username} and {@code .password} say where it is; {@code spring.datasource.hikari.*} overrides
 * the bounds below; {@link PostgresProperties} has the rest.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  DataSourceProperties.class,
  PostgresProperties.class,
  OutboxProperties.class
})
public class TurnConfiguration {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final int POOL = 16;
  private static final String WEBHOOKS = "relay.webhooks";
  private static final Bindable<Map<String, Object>> KEYS =
      Bindable.mapOf(String.class, Object.class);
  private static final Pattern KEY = Pattern.compile("[a-z0-9-]{1,64}");

  /**
   * Starts whether PostgreSQL is there or not, holds all its connections open, and bounds every
   * wait.
   */
  @Bean
  @ConfigurationProperties("spring.datasource.hikari")
  HikariDataSource dataSource(DataSourceProperties where, PostgresProperties bounds) {
    HikariDataSource pool = new PostgresPool(bounds.queueWait());
    pool.setPoolName("turns");
    pool.setJdbcUrl(url(where));
    pool.setUsername(where.determineUsername());
    pool.setPassword(where.determinePassword());
    pool.setMaximumPoolSize(POOL);
    pool.setInitializationFailTimeout(-1);
    pool.setConnectionTimeout(bounds.poolWait().toMillis());
    pool.setValidationTimeout(Math.max(250, bounds.poolWait().toMillis() / 2));
    pool.setKeepaliveTime(Duration.ofMinutes(1).toMillis());
    bounds(bounds).forEach((name, value) -> pool.addDataSourceProperty((String) name, value));
    return pool;
  }

  private static String url(DataSourceProperties where) {
    String url = where.getUrl();
    if (url == null || url.isBlank()) {
      throw new PropertyException(
          "spring.datasource.url",
          "is missing; must read jdbc:postgresql://<host>[:<port>]/<database>");
    }
    return url;
  }

  private static Properties bounds(PostgresProperties bounds) {
    Properties properties = connecting();
    properties.setProperty("socketTimeout", Long.toString(bounds.socketTimeout().toSeconds()));
    properties.setProperty(
        "options",
        "-c statement_timeout=%d -c lock_timeout=%d -c idle_in_transaction_session_timeout=%d"
            .formatted(
                bounds.statementTimeout().toMillis(),
                bounds.lockTimeout().toMillis(),
                bounds.idleInTransactionTimeout().toMillis()));
    return properties;
  }

  private static Properties connecting() {
    Properties properties = new Properties();
    properties.setProperty("connectTimeout", Long.toString(CONNECT.toSeconds()));
    properties.setProperty("loginTimeout", Long.toString(CONNECT.toSeconds()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "stream-relay");
    // A constraint's detail shows values of the row, and those are what users said.
    properties.setProperty("logServerErrorDetail", "false");
    return properties;
  }

  @Bean(initMethod = "start")
  Migrations migrations(DataSourceProperties where, HikariDataSource dataSource) {
    DriverManagerDataSource migrating = new DriverManagerDataSource(url(where));
    migrating.setUsername(where.determineUsername());
    migrating.setPassword(where.determinePassword());
    migrating.setConnectionProperties(connecting());
    PostgresTransactions transactions = new PostgresTransactions(dataSource);
    return new Migrations(
        migrating,
        () -> transactions.alone(jdbc -> jdbc.sql("SELECT 1").query(Integer.class).single()));
  }

  /** Also of {@code relay.webhooks}, of which a gateway knows no more than the keys. */
  @Bean
  Destinations destinations(OutboxProperties outbox, Environment environment) {
    Set<String> names = new HashSet<>();
    if (outbox.enabled()) {
      names.add(Destinations.KAFKA);
    }
    for (String key : Binder.get(environment).bind(WEBHOOKS, KEYS).orElse(Map.of()).keySet()) {
      PropertyException.unless(
          KEY.matcher(key).matches(),
          WEBHOOKS,
          "the key '%s' must be a plain word of a-z, 0-9 and '-', up to 64".formatted(key));
      names.add(Destinations.webhook(key));
    }
    return new Destinations(names);
  }

  @Bean
  PostgresOutbox outbox(
      HikariDataSource dataSource, Destinations destinations, OutboxProperties properties) {
    return new PostgresOutbox(
        new PostgresTransactions(dataSource), destinations, properties.source());
  }

  @Bean
  TurnStore turnStore(HikariDataSource dataSource, PostgresOutbox outbox) {
    return new PostgresTurnStore(new PostgresTransactions(dataSource), outbox);
  }

  @Bean
  OutboxStore outboxStore(HikariDataSource dataSource) {
    return new PostgresOutboxStore(new PostgresTransactions(dataSource));
  }

  @Bean
  TurnReader turnReader(HikariDataSource dataSource) {
    return new PostgresTurnReader(new PostgresTransactions(dataSource));
  }

  @Bean
  SessionStore sessionStore(HikariDataSource dataSource, PostgresOutbox outbox) {
    return new PostgresSessions(new PostgresTransactions(dataSource), outbox);
  }

  @Bean
  TurnOverview turnOverview(HikariDataSource dataSource) {
    return new PostgresTurnOverview(new PostgresTransactions(dataSource));
  }

  @Bean
  RetentionStore retentionStore(HikariDataSource dataSource) {
    return new PostgresRetentionStore(new PostgresTransactions(dataSource), dataSource);
  }

  @Bean
  SweepStore sweepStore(HikariDataSource dataSource) {
    return new PostgresSweepStore(new PostgresTransactions(dataSource), dataSource);
  }
}
