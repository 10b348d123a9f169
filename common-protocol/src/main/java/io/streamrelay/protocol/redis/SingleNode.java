package io.streamrelay.protocol.redis;

import java.util.Set;
import redis.clients.jedis.HostAndPort;

/** One server that has everything. Thread-safe. */
record SingleNode(HostAndPort node) implements RedisNodes {
  @Override
  public HostAndPort holder(String key) {
    return node;
  }

  @Override
  public Set<HostAndPort> masters() {
    return Set.of(node);
  }

  @Override
  public boolean sharded() {
    return false;
  }

  @Override
  public void doubt() {
    // there is no other
  }
}
