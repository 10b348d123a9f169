package io.streamrelay.protocol.turn;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long PostgreSQL is waited for.
 *
 * @param poolWait for a free connection; at least 250 ms
 * @param statementTimeout for one statement, ended by the server
 * @param lockTimeout for a row another transaction holds; shorter than {@code statementTimeout}
 * @param socketTimeout for an answer of any kind, before the connection is given up; whole seconds,
 *     longer than {@code statementTimeout}
 * @param idleInTransactionTimeout until the server ends a transaction whose client fell silent, and
 *     with it frees what it locked
 */
@ConfigurationProperties("relay.postgres")
record PostgresProperties(
    @DefaultValue("2s") Duration poolWait,
    @DefaultValue("3s") Duration statementTimeout,
    @DefaultValue("2s") Duration lockTimeout,
    @DefaultValue("5s") Duration socketTimeout,
    @DefaultValue("10s") Duration idleInTransactionTimeout) {
  PostgresProperties {
    if (poolWait.toMillis() < 250) {
      throw new IllegalArgumentException("relay.postgres.pool-wait must be at least 250ms");
    }
    if (lockTimeout.compareTo(statementTimeout) >= 0) {
      throw new IllegalArgumentException(
          "relay.postgres.lock-timeout must be shorter than relay.postgres.statement-timeout");
    }
    if (socketTimeout.toSeconds() <= statementTimeout.toSeconds()) {
      throw new IllegalArgumentException(
          "relay.postgres.socket-timeout must be seconds longer than relay.postgres.statement-timeout");
    }
  }
}
