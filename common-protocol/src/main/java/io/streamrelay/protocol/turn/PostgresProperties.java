package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long PostgreSQL is waited for.
 *
 * @param poolWait for a free connection while nobody gets one. Allowed: at least 250ms
 * @param queueWait for a free connection while others get theirs: many ask at once. Allowed: at
 *     least {@code pool-wait}
 * @param statementTimeout for one statement, ended by the server. Allowed: at least 1ms
 * @param lockTimeout for a row another transaction holds. Allowed: at least 1ms, shorter than
 *     {@code statement-timeout}
 * @param socketTimeout for an answer of any kind, before the connection is given up. Allowed: whole
 *     seconds, more of them than {@code statement-timeout}
 * @param idleInTransactionTimeout until the server ends a transaction whose client fell silent, and
 *     with it frees what it locked. Allowed: at least 1ms
 */
@ConfigurationProperties("relay.postgres")
record PostgresProperties(
    @DefaultValue("2s") Duration poolWait,
    @DefaultValue("10s") Duration queueWait,
    @DefaultValue("3s") Duration statementTimeout,
    @DefaultValue("2s") Duration lockTimeout,
    @DefaultValue("5s") Duration socketTimeout,
    @DefaultValue("10s") Duration idleInTransactionTimeout) {
  PostgresProperties {
    require(poolWait.toMillis() >= 250, "pool-wait", "must be at least 250ms");
    require(
        queueWait.compareTo(poolWait) >= 0,
        "queue-wait",
        "must be at least relay.postgres.pool-wait");
    require(statementTimeout.toMillis() >= 1, "statement-timeout", "must be at least 1ms");
    require(lockTimeout.toMillis() >= 1, "lock-timeout", "must be at least 1ms");
    require(
        lockTimeout.compareTo(statementTimeout) < 0,
        "lock-timeout",
        "must be shorter than relay.postgres.statement-timeout");
    require(
        socketTimeout.toSeconds() > statementTimeout.toSeconds(),
        "socket-timeout",
        "must be seconds longer than relay.postgres.statement-timeout");
    require(
        idleInTransactionTimeout.toMillis() >= 1,
        "idle-in-transaction-timeout",
        "must be at least 1ms");
  }

  private static void require(boolean holds, String key, String what) {
    PropertyException.unless(holds, "relay.postgres." + key, what);
  }
}
