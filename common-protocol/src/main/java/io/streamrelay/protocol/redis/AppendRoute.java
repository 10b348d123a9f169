package io.streamrelay.protocol.redis;

import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/** Where a flusher's appends go. Implementations are thread-safe. */
interface AppendRoute {
  /** The server to connect to now. Bounded; throws as {@link RedisNodes#holder}. */
  HostAndPort node();

  /** The server was lost, or sends its clients away. Never blocks. */
  void lost();

  /** Another server has it: takes the command over. Never blocks. */
  void redirect(AppendCommand command, JedisRedirectionException to);
}
