package io.streamrelay.protocol.redis;

import java.util.Set;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * Which servers there are and which of them has a key: one for each topology. Implementations are
 * thread-safe.
 */
interface RedisNodes extends AutoCloseable {
  /**
   * The master that has a key, as far as is known. Cheap for a cluster, a question to a sentinel
   * otherwise; bounded in time. Throws {@link redis.clients.jedis.exceptions.JedisException}, with
   * a sentence for the operator, if it isn't known.
   */
  HostAndPort holder(String key);

  /**
   * All masters. Asks Redis or its sentinels, in bounded time. Throws {@link
   * redis.clients.jedis.exceptions.JedisException}, with a sentence for the operator, if they can't
   * be asked, and {@link RedisTopologyException} if what they say is not what is configured.
   */
  Set<HostAndPort> masters();

  /** Whether keys have different masters, so that what is per master is there more than once. */
  boolean sharded();

  /** What was said doesn't fit what was met: asks again soon. Never blocks. */
  void doubt();

  /** A server said where a slot has gone. Never blocks. */
  default void learn(JedisRedirectionException moved) {}

  /** Calls it after each change; it must not block. Once, before the first use. */
  default void onChange(Runnable listener) {}

  @Override
  default void close() {}
}
