package io.streamrelay.protocol.redis;

import redis.clients.jedis.exceptions.JedisException;

/** Redis is there, but not as it is configured here; the message is a sentence for the operator. */
final class RedisTopologyException extends JedisException {
  RedisTopologyException(String message) {
    super(message);
  }
}
