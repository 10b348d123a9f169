package io.streamrelay.protocol.redis;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection to Redis that its owner writes to and reads from as it likes. Threads: one writes,
 * one reads, anybody cuts.
 */
final class RawConnection extends Connection {
  private final HostAndPort node;
  private final DefaultJedisClientConfig config;
  private volatile boolean cut;

  /** Not connected yet, so that it can be cut while it connects. */
  RawConnection(HostAndPort node, JedisSocketFactory sockets, DefaultJedisClientConfig config) {
    super(sockets);
    this.node = node;
    this.config = config;
    setSoTimeout(config.getSocketTimeoutMillis());
  }

  /** Connects and authenticates. Bounded in time; throws JedisException, also when it is cut. */
  void open() {
    try {
      checkNotCut();
      initializeFromClientConfig(config);
      checkNotCut();
    } catch (JedisException e) {
      cut(); // with it what it connected to meanwhile
      throw e;
    }
  }

  private void checkNotCut() {
    if (cut) {
      throw new JedisConnectionException("The connection was cut");
    }
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
