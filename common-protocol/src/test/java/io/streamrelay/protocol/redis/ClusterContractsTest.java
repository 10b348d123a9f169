package io.streamrelay.protocol.redis;

/** The contracts on a cluster of three masters. */
class ClusterContractsTest extends TopologyContracts {
  @Override
  RedisConnections redis() {
    return TestRedis.cluster();
  }
}
