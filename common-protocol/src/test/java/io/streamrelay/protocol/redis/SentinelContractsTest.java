package io.streamrelay.protocol.redis;

/** The contracts on a master that a sentinel names. */
class SentinelContractsTest extends TopologyContracts {
  @Override
  RedisConnections redis() {
    return TestRedis.sentinels();
  }
}
