package io.streamrelay.protocol.redis;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * One connection to Redis that its owner writes to and reads from as it likes. Threads: one writes,
 * one reads, anybody cuts.
 */
final class RawConnection extends Connection {
  private final HostAndPort node;
  private volatile boolean cut;

  RawConnection(HostAndPort node, JedisSocketFactory sockets, DefaultJedisClientConfig config) {
    super(sockets, config);
    this.node = node;
  }

  boolean isCut() {
    return cut;
  }

  /** Where it leads. */
  HostAndPort node() {
    return node;
  }

  /** Sends what was written so far. */
  void send() {
    flush();
  }

  /** The next answer: Long, byte[], List or null. Throws JedisDataException for an error answer. */
  @Nullable Object read() {
    return readProtocolWithCheckingBroken();
  }

  /** Ends it at once, from any thread: whoever reads or writes fails. */
  void cut() {
    cut = true;
    try {
      forceDisconnect();
    } catch (IOException | JedisConnectionException e) {
      setBroken();
    }
  }

  @Override
  public void close() {
    cut = true;
    super.close();
  }
}
